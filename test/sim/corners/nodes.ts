import { ANNOTATION, LABEL } from '../../../lib/api.ts'
import type { RestoreSpec } from '../../../schemas/generated/types.ts'
import type { Loss } from '../cluster/lost-pods.ts'
import { isGone, isReady } from '../scenarios/scenario.ts'
import { annotated, backup, backupObject, restoreObject, until, write, type Strategy } from '../scenarios/steps.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, apply, check, ends, patched, volumeIs } from './steps.ts'

const MINUTE = 60_000
const COPY: RestoreSpec = { backup: 'first', volumes: [{ source: 'data', target: 'copy' }], mover: { timeoutSeconds: 900 } }

const nothingStored = check(({ cluster }) => {
  const points = cluster.stores.points()
  return points.length === 0 ? undefined : `${points.length} points are stored still`
})

const nothingPublished = check(({ api }) => api.all('v1/persistentvolumeclaims').some(({ metadata: { name } }) => name === 'copy') ? 'the claim was published' : undefined)

/** The node of a mover dies, or is only not heard of, and its Node object stays: the pod neither ends nor goes. Nothing waits for ever, and everything says for what. */
export const NODE_CORNERS: readonly Corner[] = [
  ...(['tar', 'external', 'snapshot'] as const).flatMap(strategy => [true, false].map(severed => ofRestore(strategy, severed))),
  {
    name: 'a removal waits for a restore on a dead node no longer than for the restore\'s own deadline', repository: true, steps: [
      write('data'), ...backup('first', 'tar'), nodeLost('restore', { severed: false, removed: false, milliseconds: 40 * MINUTE }), apply(restoreObject('again', COPY)),
      volumeIs('Restore', 'again', { target: 'copy', phase: 'Running' }), patched('Backup', 'first', annotated(ANNOTATION.deleteRequested)), ...failsInTime('Restore', 'again'), until('its data is gone', 'Backup', 'first', isGone),
    ],
  },
  {
    name: 'a check on a dead node is made again', repository: true, steps: [
      nodeLost('check', { severed: true, removed: false, milliseconds: 40 * MINUTE }), patched('BackupRepository', 'main', { spec: { region: 'eu-central-1' } }), until('the check has begun', 'BackupRepository', 'main', isReady('False')),
      ...failsInTime('BackupRepository', 'main'), until('it is ready', 'BackupRepository', 'main', isReady('True'), 900),
    ],
  },
  {
    name: 'a removal on a dead node is tried again elsewhere', marks: ['reason/DeletionFailed'], repository: true, steps: [
      write('data'), ...backup('first', 'external'), nodeLost('delete', { severed: true, removed: true, milliseconds: 40 * MINUTE }), patched('Backup', 'first', annotated(ANNOTATION.deleteRequested)),
      ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' }), until('its data is gone', 'Backup', 'first', isGone), nothingStored,
    ],
  },
  {
    name: 'a removal waits for a mover that may be alive on a dead node, and says so', marks: ['reason/NodeLost', 'reason/DeletionFailed'], repository: true, steps: [
      write('data'), nodeLost('backup', { severed: true, removed: true, milliseconds: 25 * MINUTE }), apply(backupObject('first', 'tar', {})), volumeIs('Backup', 'first', { reason: 'NodeLost' }),
      patched('Backup', 'first', annotated(ANNOTATION.deleteRequested)), until('it says what it waits for', 'Backup', 'first', object => JSON.stringify(object?.status).includes('kubectl delete node'), 600),
      until('its data is gone', 'Backup', 'first', isGone, 3600), nothingStored,
    ],
  },
]

/** A mover that nobody hears of writes on, into a volume that nobody is given. */
function ofRestore(strategy: Strategy, severed: boolean): Corner {
  return {
    name: `a restore (${strategy}) whose node ${severed ? 'is not heard of' : 'died'} says so, and fails at its deadline`, marks: ['reason/NodeLost', 'reason/DeadlineExceeded'], repository: true, steps: [
      write('data'), ...backup('first', strategy), nodeLost('restore', { severed, removed: !severed, milliseconds: 40 * MINUTE }), apply(restoreObject('again', COPY)), ends('Restore', 'again', { phase: 'Running', reason: 'NodeLost' }),
      ...failsInTime('Restore', 'again'), nothingPublished,
    ],
  }
}

/** Long before its node is back. */
function failsInTime(kind: string, name: string): readonly CornerStep[] {
  const inTime = check(({ engine }) => engine.now() < Date.parse('2026-11-21T09:30:00Z') ? undefined : `${kind} ${name} has waited until ${new Date(engine.now()).toISOString()}`)
  return [ends(kind, name, { phase: 'Failed', reason: 'DeadlineExceeded' }), inTime]
}

/** The first mover of this operation loses its node as soon as it has begun. */
function nodeLost(operation: string, loss: Loss): CornerStep {
  return act(({ cluster }) => {
    let left = 1
    cluster.mishaps.node = ({ metadata: { labels } }) => labels?.[LABEL.role] === operation && left-- > 0 ? loss : undefined
  })
}
