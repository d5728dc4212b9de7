import type { Component } from './component.ts'
import { apiServer, controllerManager, etcd, scheduler } from './control-plane.ts'
import { coredns } from './dns.ts'
import { containerd, kubeProxy, kubelet } from './node.ts'
import {
  csiDriver, csiProvisioner, csiSnapshotter, minio, plainDriver, plainProvisioner, snapshotController,
} from './storage.ts'

/** Those that need no API server: started first, side by side. */
export const BASE: readonly Component[] = [etcd, containerd, minio, csiDriver, plainDriver]

/** Those that talk to the API server. */
export const CLIENTS: readonly Component[] = [kubelet, controllerManager, scheduler, kubeProxy, coredns]

/** Those that need the snapshot CRDs too. */
export const SIDECARS: readonly Component[] = [snapshotController, csiProvisioner, csiSnapshotter, plainProvisioner]

export { apiServer }

/** In the order of starting. */
export const COMPONENTS: readonly Component[] = [...BASE, apiServer, ...CLIENTS, ...SIDECARS]

/** By name; a wrong name is answered with the right ones. */
export function componentNamed(name: string): Component {
  const found = COMPONENTS.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no component ${name}; there are ${COMPONENTS.map((one) => one.name).join(', ')}`)
  return found
}
