import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { kubeconfigOf } from '../kubeconfigs.ts'
import { kubectl } from '../kubectl.ts'
import type { Layout } from '../layout.ts'
import { pkiDir } from '../pki.ts'
import { auditFlags, writeAuditPolicy } from './audit.ts'
import type { Component } from './component.ts'
import { listensInside } from './probe.ts'

export const etcd: Component = {
  name: 'etcd',
  prepare: (layout) => { mkdirSync(join(layout.stateDir, 'etcd'), { recursive: true, mode: 0o700 }) },
  command: (layout) => [
    join(layout.binDir, 'etcd'), '--name=default', `--data-dir=${join(layout.stateDir, 'etcd')}`, '--log-level=warn',
    '--listen-client-urls=http://127.0.0.1:2379', '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380', '--unsafe-no-fsync=true',
  ],
  ready: (layout) => listensInside(layout, 2379),
}

export const apiServer: Component = {
  name: 'kube-apiserver',
  prepare: writeAuditPolicy,
  command: (layout) => [
    join(layout.binDir, 'kube-apiserver'), '--etcd-servers=http://127.0.0.1:2379', '--allow-privileged=true',
    `--advertise-address=${layout.nodeAddress}`, '--bind-address=0.0.0.0', '--secure-port=6443',
    `--service-cluster-ip-range=${layout.serviceSubnet}`, '--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement',
    '--service-account-issuer=https://kubernetes.default.svc', ...apiServerKeys(layout),
    '--kubelet-preferred-address-types=InternalIP', '--enable-aggregator-routing=false', '--profiling=false',
    ...auditFlags(layout),
  ],
  ready: async (layout) => (await kubectl(layout, ['get', '--raw', '/readyz'])) === 'ok',
}

export const controllerManager: Component = {
  name: 'kube-controller-manager',
  command: (layout) => [
    join(layout.binDir, 'kube-controller-manager'), `--kubeconfig=${kubeconfigOf(layout, 'kube-controller-manager')}`,
    `--root-ca-file=${join(pkiDir(layout), 'ca.crt')}`, `--service-account-private-key-file=${join(pkiDir(layout), 'service-account.key')}`,
    '--use-service-account-credentials=true', '--leader-elect=false', '--bind-address=127.0.0.1', '--profiling=false',
    '--kube-api-qps=100', '--kube-api-burst=200', '--pvclaimbinder-sync-period=5s',
    `--flex-volume-plugin-dir=${join(layout.stateDir, 'volume-plugins')}`,
  ],
  ready: (layout) => listensInside(layout, 10257),
}

export const scheduler: Component = {
  name: 'kube-scheduler',
  command: (layout) => [
    join(layout.binDir, 'kube-scheduler'), `--kubeconfig=${kubeconfigOf(layout, 'kube-scheduler')}`,
    '--leader-elect=false', '--bind-address=127.0.0.1', '--profiling=false', '--kube-api-qps=100', '--kube-api-burst=200',
  ],
  ready: (layout) => listensInside(layout, 10259),
}

function apiServerKeys(layout: Layout): string[] {
  const file = (name: string): string => join(pkiDir(layout), name)
  return [
    `--client-ca-file=${file('ca.crt')}`, `--tls-cert-file=${file('apiserver.crt')}`, `--tls-private-key-file=${file('apiserver.key')}`,
    `--kubelet-client-certificate=${file('apiserver-kubelet.crt')}`, `--kubelet-client-key=${file('apiserver-kubelet.key')}`,
    `--service-account-key-file=${file('service-account.key')}`, `--service-account-signing-key-file=${file('service-account.key')}`,
    `--cert-dir=${file('')}`,
  ]
}
