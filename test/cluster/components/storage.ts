import { join } from 'node:path'
import type { Layout } from '../layout.ts'
import type { Component } from './component.ts'
import { answers, listens } from './probe.ts'

/** The driver with snapshots and clones, and one without. */
export const DRIVERS = { csi: 'csi.holdfast.test', plain: 'plain.holdfast.test' } as const
export const MINIO_USER = 'minioadmin'
export const MINIO_PASSWORD = 'minioadmin'

const RETRY = ['--retry-interval-start=500ms', '--retry-interval-max=5s', '--kube-api-qps=100', '--kube-api-burst=200']

export const csiDriver = driverOf('csi', ['csi-provisioner', 'csi-snapshotter'])
export const plainDriver = driverOf('plain', ['plain-provisioner'])
export const csiProvisioner = provisionerOf('csi')
export const plainProvisioner = provisionerOf('plain')

export const csiSnapshotter: Component = {
  name: 'csi-snapshotter',
  command: (layout) => [...sidecar(layout, 'csi-snapshotter', 'csi'), '--timeout=60s', '--extra-create-metadata=true'],
}

export const snapshotController: Component = {
  name: 'snapshot-controller',
  command: (layout) => [
    join(layout.binDir, 'snapshot-controller'), `--kubeconfig=${layout.kubeconfig}`,
    '--leader-election=false', '--http-endpoint=', ...RETRY,
  ],
}

export const minio: Component = {
  name: 'minio',
  command: (layout) => [
    join(layout.binDir, 'minio'), 'server', join(layout.stateDir, 'minio'),
    `--address=${layout.nodeAddress}:9000`, '--console-address=127.0.0.1:9001', '--quiet',
  ],
  env: () => ({ MINIO_ROOT_USER: MINIO_USER, MINIO_ROOT_PASSWORD: MINIO_PASSWORD, MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' }),
  ready: (layout) => answers(`http://${layout.nodeAddress}:9000/minio/health/ready`),
}

/** Folder of a driver's volumes, snapshots and switch file. */
export function driverData(layout: Layout, which: keyof typeof DRIVERS): string {
  return join(layout.stateDir, which)
}

function socketOf(layout: Layout, which: keyof typeof DRIVERS): string {
  return join(layout.kubeletRoot, 'plugins', DRIVERS[which], 'csi.sock')
}

function driverOf(which: keyof typeof DRIVERS, dependents: readonly string[]): Component {
  return {
    name: `${which}-driver`,
    dependents,
    command: (layout) => [
      process.execPath, join(import.meta.dirname, '..', 'csi', 'main.ts'), '--name', DRIVERS[which], '--node', layout.nodeName,
      '--socket', socketOf(layout, which), '--data', driverData(layout, which), '--protos', layout.binDir,
      '--registration', join(layout.kubeletRoot, 'plugins_registry', `${DRIVERS[which]}-reg.sock`),
      ...(which === 'csi' ? ['--snapshots'] : []),
    ],
    ready: (layout) => listens(socketOf(layout, which)),
  }
}

function provisionerOf(which: keyof typeof DRIVERS): Component {
  return {
    name: `${which}-provisioner`,
    command: (layout) => [
      ...sidecar(layout, 'csi-provisioner', which), '--feature-gates=Topology=true', '--extra-create-metadata=true',
    ],
  }
}

function sidecar(layout: Layout, binary: string, which: keyof typeof DRIVERS): string[] {
  const address = `--csi-address=${socketOf(layout, which)}`
  return [join(layout.binDir, binary), `--kubeconfig=${layout.kubeconfig}`, address, '--leader-election=false', ...RETRY]
}
