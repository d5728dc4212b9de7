import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DRIVERS } from './components/storage.ts'
import { kubectl } from './kubectl.ts'
import type { Layout } from './layout.ts'
import { waitFor } from './wait.ts'

const manifests = join(import.meta.dirname, 'manifests')

/** Applies the snapshot CRDs, the CSI drivers and the storage classes. */
export async function applyObjects(layout: Layout): Promise<void> {
  const dir = join(layout.binDir, 'snapshot-crds')
  const crds = readdirSync(dir).filter((file) => file.startsWith('snapshot.') || file.startsWith('groupsnapshot.'))
  const files = [...crds.map((file) => join(dir, file)), join(manifests, 'storage.yaml')]
  await kubectl(layout, ['apply', '--server-side', '--force-conflicts', ...files.flatMap((file) => ['-f', file])])
}

/** Applies the snapshot class, once its CRD is served. */
export async function applySnapshotClasses(layout: Layout): Promise<void> {
  await kubectl(layout, ['wait', '--for=condition=Established', '--timeout=30s', 'crd/volumesnapshotclasses.snapshot.storage.k8s.io'])
  const apply = ['apply', '--server-side', '--force-conflicts', '-f', join(manifests, 'snapshot-class.yaml')]
  await waitFor(async () => (await kubectl(layout, apply)) !== '', { what: 'snapshot class', seconds: 30 })
}

/** Waits until the kubelet knows both drivers and pods can be made (the default ServiceAccount is there). */
export async function untilDriversRegistered(layout: Layout): Promise<void> {
  await waitFor(async () => {
    const names = (await kubectl(layout, ['get', 'csinode', layout.nodeName, '-o', 'jsonpath={.spec.drivers[*].name}'])).split(' ')
    return Object.values(DRIVERS).every((driver) => names.includes(driver))
  }, { what: 'the kubelet registers the CSI drivers', seconds: 60 })
  await waitFor(async () => (await kubectl(layout, ['get', 'serviceaccount', 'default', '-o', 'name'])) !== '',
    { what: 'the default ServiceAccount exists', seconds: 30 })
}
