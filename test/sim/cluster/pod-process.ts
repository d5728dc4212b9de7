import { parseTask } from '../store/task.ts'
import { startMover, type Mover, type MoverEnd, type MoverEvents } from '../store/mover.ts'
import { locationOf } from '../store/stores.ts'
import type { Work } from '../store/work.ts'
import type { Inside } from './cluster.ts'
import { CLAIMS, handleOf, SECRETS, VOLUMES, type Claim, type Container, type KubeObject, type PersistentVolume, type Pod } from './objects.ts'
import { read } from './requests.ts'

export type Process = Mover

/** Runs what is in a Job's pod: a mover, or a command that ends well at once. */
export function startProcess(cluster: Inside, pod: Pod, events: MoverEvents): Process {
  const work = workOf(cluster, pod)
  return work === undefined ? startCommand(cluster, events) : startMover(work, events)
}

function startCommand({ engine }: Inside, { ended, paused }: MoverEvents): Process {
  const milliseconds = 500 + engine.random.below(3000)
  const cancel = engine.after(milliseconds, () => ended({ exitCode: 0 }))
  paused?.(0, milliseconds)
  return { kill: cancel, terminate: (): MoverEnd => { cancel(); return { exitCode: 143 } } }
}

function workOf(cluster: Inside, pod: Pod): Work | undefined {
  const mover = pod.spec.containers.find(({ name }) => name === 'mover')
  const text = mover?.env?.find(({ name }) => name === 'HOLDFAST_TASK')?.value
  if (mover === undefined || text === undefined) return undefined
  // Kubernetes makes one dollar of two.
  const task = parseTask(text.replaceAll('$$', '$'))
  const { engine, faults, disks, stores, mishaps } = cluster
  const mishap = mishaps.mover?.(task)
  return {
    ...(mishap && { mishap }), task, engine, faults, disks,
    store: stores.at(locationOf(task.store, mountOf(pod))),
    disk: diskOf(cluster, pod),
    password: hasPassword(cluster, pod, mover),
    command: (pod.spec.initContainers ?? []).some(({ name }) => name === 'producer' || name === 'consumer'),
    unreadable: 0,
    random: engine.random.fork(`mover ${pod.metadata.uid}`),
  }
}

/** What is mounted at /repository. */
function mountOf({ metadata: { namespace }, spec }: Pod): string {
  const { persistentVolumeClaim, nfs } = spec.volumes?.find(({ name }) => name === 'repository') ?? {}
  if (nfs !== undefined) return `nfs://${nfs.server}${nfs.path}`
  return persistentVolumeClaim === undefined ? '' : `pvc://${namespace}/${persistentVolumeClaim.claimName}`
}

function diskOf({ api }: Inside, { metadata: { namespace }, spec }: Pod): string | undefined {
  const name = spec.volumes?.find(volume => volume.name === 'data')?.persistentVolumeClaim?.claimName
  const claim = name === undefined ? undefined : read<Claim>(api, CLAIMS, { namespace, name })
  const volume = claim?.spec.volumeName === undefined ? undefined : read<PersistentVolume>(api, VOLUMES, { name: claim.spec.volumeName })
  return volume && handleOf(volume)
}

function hasPassword({ api }: Inside, { metadata: { namespace } }: Pod, { env = [] }: Container): boolean {
  const ref = env.find(({ name }) => name === 'RESTIC_PASSWORD')?.valueFrom?.secretKeyRef
  const secret = ref === undefined ? undefined : read<KubeObject & { readonly data?: object }>(api, SECRETS, { namespace, name: ref.name })
  return ref !== undefined && Object.hasOwn(secret?.data ?? {}, ref.key)
}
