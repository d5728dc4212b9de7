import { status } from '@grpc/grpc-js'
import { topology, type Driver } from './driver.ts'
import type { Item, Store } from './store.ts'
import { CsiError, type Handler } from './unary.ts'

interface CreateVolume {
  name: string
  capacity_range: { required_bytes: string, limit_bytes: string } | null
  volume_capabilities: { block?: object | null }[]
  volume_content_source: { snapshot?: { snapshot_id: string } | null, volume?: { volume_id: string } | null } | null
}

interface CreateSnapshot { name: string, source_volume_id: string }
interface ListSnapshots { snapshot_id: string, source_volume_id: string }

const DEFAULT_BYTES = 1024 ** 3

/** csi.v1.Controller: volumes, clones, and (unless the driver is a plain one) snapshots. Names are ids, so every call may be repeated. */
export function controller(driver: Driver, store: Store): Record<string, Handler<never>> {
  const volumes = {
    ControllerGetCapabilities: () => ({ capabilities: capabilities(driver).map((type) => ({ rpc: { type } })) }),
    CreateVolume: (request: CreateVolume) => createVolume(driver, store, request),
    DeleteVolume: (request: { volume_id: string }) => (store.remove('volumes', request.volume_id), {}),
    ValidateVolumeCapabilities: (request: { volume_capabilities: object[] }) => (
      { confirmed: { volume_capabilities: request.volume_capabilities } }),
  }
  if (!driver.snapshots) return volumes
  return {
    ...volumes,
    CreateSnapshot: (request: CreateSnapshot) => createSnapshot(store, request),
    DeleteSnapshot: (request: { snapshot_id: string }) => (store.remove('snapshots', request.snapshot_id), {}),
    ListSnapshots: (request: ListSnapshots) => listSnapshots(store, request),
  }
}

function capabilities(driver: Driver): string[] {
  return ['CREATE_DELETE_VOLUME', ...(driver.snapshots ? ['CLONE_VOLUME', 'CREATE_DELETE_SNAPSHOT', 'LIST_SNAPSHOTS'] : [])]
}

async function createVolume(driver: Driver, store: Store, request: CreateVolume): Promise<object> {
  if (request.volume_capabilities.some((one) => one.block)) throw new CsiError(status.INVALID_ARGUMENT, 'block volumes are not supported')
  const source = findSource(store, request)
  const bytes = Number(request.capacity_range?.required_bytes ?? 0) || source?.item.bytes || DEFAULT_BYTES
  if (source !== undefined && bytes < source.item.bytes) {
    throw new CsiError(status.OUT_OF_RANGE, `${bytes} bytes asked for, and the source has ${source.item.bytes}`)
  }
  const made = await store.create('volumes', { id: request.name, bytes, created: seconds() }, source?.dir)
  if (made.bytes < bytes) throw new CsiError(status.ALREADY_EXISTS, `volume ${made.id} has ${made.bytes} bytes, and ${bytes} are asked for`)
  const volume = { volume_id: made.id, capacity_bytes: made.bytes, accessible_topology: [topology(driver)] }
  return { volume: request.volume_content_source === null ? volume : { ...volume, content_source: request.volume_content_source } }
}

function findSource(store: Store, request: CreateVolume): { item: Item, dir: string } | undefined {
  const source = request.volume_content_source
  if (source === null) return undefined
  const snapshot = source.snapshot?.snapshot_id
  const [sort, id] = snapshot === undefined ? ['volumes' as const, source.volume?.volume_id ?? ''] : ['snapshots' as const, snapshot]
  const item = store.read(sort, id)
  if (item === undefined) throw new CsiError(status.NOT_FOUND, `there is no ${sort.slice(0, -1)} ${id}`)
  return { item, dir: store.dir(sort, id) }
}

async function createSnapshot(store: Store, request: CreateSnapshot): Promise<object> {
  const volume = store.read('volumes', request.source_volume_id)
  const existing = store.read('snapshots', request.name)
  if (existing !== undefined && existing.volume !== request.source_volume_id) {
    throw new CsiError(status.ALREADY_EXISTS, `snapshot ${request.name} is of volume ${existing.volume}`)
  }
  if (existing !== undefined) return { snapshot: describe(existing) }
  if (volume === undefined) throw new CsiError(status.NOT_FOUND, `there is no volume ${request.source_volume_id}`)
  const item = { id: request.name, bytes: volume.bytes, created: seconds(), volume: volume.id }
  return { snapshot: describe(await store.create('snapshots', item, store.dir('volumes', volume.id))) }
}

function listSnapshots(store: Store, request: ListSnapshots): object {
  const wanted = store.list('snapshots')
    .filter((item) => request.snapshot_id === '' || item.id === request.snapshot_id)
    .filter((item) => request.source_volume_id === '' || item.volume === request.source_volume_id)
  return { entries: wanted.map((item) => ({ snapshot: describe(item) })) }
}

function describe(item: Item): object {
  const created = { seconds: item.created, nanos: 0 }
  return { snapshot_id: item.id, source_volume_id: item.volume, size_bytes: item.bytes, creation_time: created, ready_to_use: true }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}
