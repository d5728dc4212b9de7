import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCgroup } from '../cgroups.ts'
import { kubeconfigOf } from '../kubeconfigs.ts'
import { kubectl } from '../kubectl.ts'
import type { Layout } from '../layout.ts'
import { pkiDir } from '../pki.ts'
import { containerdConfig, kubeProxyConfig, kubeletConfig, networkConfig } from './node-config.ts'
import type { Component } from './component.ts'
import { listens, listensInside } from './probe.ts'

export const containerd: Component = {
  name: 'containerd',
  prepare: (layout) => {
    mkdirSync(join(layout.stateDir, 'cni', 'conf'), { recursive: true })
    writeFileSync(join(layout.stateDir, 'cni', 'conf', '10-holdfast.conflist'), networkConfig(layout))
    writeFileSync(join(layout.stateDir, 'containerd.toml'), containerdConfig(layout))
  },
  command: (layout) => ['containerd', '--config', join(layout.stateDir, 'containerd.toml')],
  ready: (layout) => listens(layout.containerdSocket),
}

export const kubelet: Component = {
  name: 'kubelet',
  prepare: (layout) => {
    createCgroup(layout)
    mkdirSync(layout.kubeletRoot, { recursive: true })
    writeFileSync(join(layout.stateDir, 'resolv.conf'), `nameserver ${layout.nodeAddress}\n`)
    writeFileSync(join(layout.stateDir, 'kubelet.yaml'), kubeletConfig(layout))
  },
  command: (layout) => [
    join(layout.binDir, 'kubelet'), `--config=${join(layout.stateDir, 'kubelet.yaml')}`, `--root-dir=${layout.kubeletRoot}`,
    `--kubeconfig=${kubeconfigOf(layout, 'kubelet')}`, `--hostname-override=${layout.nodeName}`, `--node-ip=${layout.nodeAddress}`,
    `--cert-dir=${join(pkiDir(layout), 'kubelet')}`,
  ],
  ready: async (layout) => await isNodeReady(layout) && await knowsItsPods(layout),
}

export const kubeProxy: Component = {
  name: 'kube-proxy',
  prepare: (layout) => { writeFileSync(join(layout.stateDir, 'kube-proxy.yaml'), kubeProxyConfig(layout)) },
  command: (layout) => [join(layout.binDir, 'kube-proxy'), `--config=${join(layout.stateDir, 'kube-proxy.yaml')}`],
  ready: (layout) => listensInside(layout, 10256),
}

async function isNodeReady(layout: Layout): Promise<boolean> {
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'
  return (await kubectl(layout, ['get', 'node', layout.nodeName, '-o', path])) === 'True'
}

/** After a restart the Node object still says Ready while the kubelet does not know its pods yet, and refuses exec and logs. */
async function knowsItsPods(layout: Layout): Promise<boolean> {
  const here = `spec.nodeName=${layout.nodeName}`
  const bound = await uids(layout, ['get', 'pods', '--all-namespaces', '--field-selector', here, '-o', 'json'])
  const known = await uids(layout, ['get', '--raw', `/api/v1/nodes/${layout.nodeName}/proxy/pods`])
  return bound.every((uid) => known.includes(uid))
}

async function uids(layout: Layout, args: readonly string[]): Promise<string[]> {
  const list = JSON.parse(await kubectl(layout, args)) as { items: { metadata: { uid: string } }[] | null }
  return (list.items ?? []).map((pod) => pod.metadata.uid)
}
