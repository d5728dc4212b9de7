import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout } from './layout.ts'
import { pkiDir } from './pki.ts'

const COMPONENTS = ['kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet']

/** Writes the person's kubeconfig (`<state>/kubeconfig`, user admin) and one for each component. */
export function writeKubeconfigs(layout: Layout): void {
  if (existsSync(layout.kubeconfig)) return
  for (const name of COMPONENTS) writeFileSync(kubeconfigOf(layout, name), kubeconfig(layout, name), { mode: 0o600 })
  writeFileSync(layout.kubeconfig, kubeconfig(layout, 'admin'), { mode: 0o600 })
}

/** Path of a component's kubeconfig. */
export function kubeconfigOf(layout: Layout, component: string): string {
  return join(pkiDir(layout), `${component}.kubeconfig`)
}

/** JSON is YAML: kubectl, client-node and every component read it. */
function kubeconfig(layout: Layout, user: string): string {
  const pki = pkiDir(layout)
  const context = `holdfast-${layout.name}`
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: context, cluster: { server: `https://${layout.nodeAddress}:6443`, 'certificate-authority': join(pki, 'ca.crt') } }],
    users: [{ name: user, user: { 'client-certificate': join(pki, `${user}.crt`), 'client-key': join(pki, `${user}.key`) } }],
    contexts: [{ name: context, context: { cluster: context, user } }],
    'current-context': context,
  }, undefined, 2)
}
