import { status } from '@grpc/grpc-js'
import { existsSync, mkdirSync, rmdirSync } from 'node:fs'
import { isMountPoint } from '../mounts.ts'
import { run } from '../run.ts'
import { topology, type Driver } from './driver.ts'
import type { Store } from './store.ts'
import { CsiError, type Handler } from './unary.ts'

interface Publish { volume_id: string, target_path: string, readonly: boolean }
interface Unpublish { target_path: string }

/** csi.v1.Node: a volume is bound where the kubelet wants it. */
export function node(driver: Driver, store: Store): Record<string, Handler<never>> {
  return {
    NodeGetCapabilities: () => ({ capabilities: [] }),
    NodeGetInfo: () => ({ node_id: driver.nodeId, accessible_topology: topology(driver) }),
    NodePublishVolume: (request: Publish) => publish(store, request),
    NodeUnpublishVolume: (request: Unpublish) => unpublish(request),
  }
}

async function publish(store: Store, request: Publish): Promise<object> {
  const known = store.read('volumes', request.volume_id) !== undefined
  if (!known) throw new CsiError(status.NOT_FOUND, `there is no volume ${request.volume_id}`)
  if (isMountPoint(request.target_path)) return {}
  mkdirSync(request.target_path, { recursive: true })
  await run('mount', ['--bind', store.dir('volumes', request.volume_id), request.target_path])
  if (request.readonly) await run('mount', ['-o', 'remount,bind,ro', request.target_path])
  return {}
}

async function unpublish(request: Unpublish): Promise<object> {
  while (isMountPoint(request.target_path)) await run('umount', [request.target_path])
  if (existsSync(request.target_path)) rmdirSync(request.target_path)
  return {}
}
