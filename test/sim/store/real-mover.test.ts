import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import { NO_RESTIC } from '../../mover/restic/tools.ts'
import { modelMovers, realMovers, type Movers } from './real-mover.ts'

interface Step {
  readonly what: string
  readonly task: Partial<Task> & Pick<Task, 'operation'>
  /** Done before. */
  readonly first?: (movers: Movers) => void
  /** @default data */
  readonly disk?: string
  /** @default true */
  readonly password?: boolean
  /** `known`: the task names the store that the first check found, `other`: another. @default neither */
  readonly store?: 'known' | 'other'
  /** The task names the restic repository that the first check found. */
  readonly restic?: 'known'
  /** Handle of the point of this Backup, as its mover told it. */
  readonly of?: string
}

const FIRST = { operation: 'backup', backup: 'first', run: 'run-1' } as const
const REMOVAL: Step['task'] = { operation: 'delete', backup: 'first', run: 'run-1', points: [{ volume: 'data' }] }
const RESTORE = { operation: 'restore', backup: 'first' } as const

/** What is asked of movers one after the other: each step finds what the one before has left. */
const SCRIPT: readonly Step[] = [
  { what: 'a check of what nobody has used', task: { operation: 'check' } },
  { what: 'a check that finds its store', task: { operation: 'check' }, store: 'known', restic: 'known' },
  { what: 'a check without a password', task: { operation: 'check' }, password: false },
  { what: 'a prune of nothing', task: { operation: 'prune' }, store: 'known' },
  { what: 'a removal of what never was', task: REMOVAL, store: 'known' },
  { what: 'a backup', task: FIRST, store: 'known' },
  { what: 'the same run again, with other data', task: FIRST, first: movers => movers.write('data', 'two'), store: 'known' },
  { what: 'an earlier Backup of the name', task: { ...FIRST, run: 'run-2' }, store: 'known' },
  { what: 'a backup without a password', task: { ...FIRST, backup: 'second', run: 'run-3' }, password: false },
  { what: 'a removal without a password', task: { ...REMOVAL, backup: 'second', run: 'run-3' }, password: false },
  { what: 'an empty volume', task: { ...FIRST, backup: 'third', run: 'run-4' }, disk: 'empty' },
  { what: 'an empty volume that may be', task: { ...FIRST, backup: 'third', run: 'run-4', allowEmpty: true }, disk: 'empty' },
  { what: 'no volume', task: { ...FIRST, backup: 'fourth', run: 'run-5' }, disk: 'nothing' },
  { what: 'a backup to another store', task: { ...FIRST, backup: 'fourth', run: 'run-5' }, store: 'other' },
  { what: 'a removal from another store', task: REMOVAL, store: 'other' },
  { what: 'a prune of another store', task: { operation: 'prune' }, store: 'other' },
  { what: 'a check of another store', task: { operation: 'check' }, store: 'other' },
  { what: 'a restore from another store, which its own data proves', task: RESTORE, of: 'first', disk: 'copy', store: 'other' },
  { what: 'a restore that was done and did not say so', task: RESTORE, of: 'first', disk: 'copy' },
  { what: 'a restore onto other data of that size', task: RESTORE, of: 'first', disk: 'data' },
  { what: 'a restore onto data of another size', task: RESTORE, of: 'first', disk: 'large' },
  { what: 'a restore without a password', task: RESTORE, of: 'first', disk: 'other', password: false },
  { what: 'a restore of a point that never was', task: { ...RESTORE, handle: 'archive/data/never' }, disk: 'other' },
  { what: 'a restore with no volume', task: RESTORE, of: 'first', disk: 'nothing' },
  { what: 'a removal by a Backup of the same name', task: { ...REMOVAL, run: 'run-2' }, store: 'known' },
  { what: 'a removal', task: REMOVAL, store: 'known' },
  { what: 'a removal of what is gone', task: REMOVAL, store: 'known' },
  { what: 'a restore of what is gone', task: RESTORE, of: 'first', disk: 'other' },
  { what: 'a backup under a name that is free again', task: { ...FIRST, run: 'run-6' }, store: 'known' },
  { what: 'a prune that takes nothing', task: { operation: 'prune' }, store: 'known' },
  { what: 'a backup to what somebody has emptied', task: { ...FIRST, backup: 'fifth', run: 'run-7' }, first: movers => movers.empty(), store: 'known' },
  { what: 'a removal from there', task: REMOVAL, store: 'known' },
  { what: 'a prune of it', task: { operation: 'prune' }, store: 'known' },
  { what: 'a restore from there', task: RESTORE, of: 'first', disk: 'other' },
  { what: 'a check of it', task: { operation: 'check' }, store: 'known' },
  { what: 'a removal by a version before, which does not say which store', task: REMOVAL },
  { what: 'a check of it by whoever knows nothing of before', task: { operation: 'check' } },
  { what: 'a check that misses the restic repository', task: { operation: 'check' }, restic: 'known' },
  { what: 'a backup that misses the restic repository', task: { ...FIRST, backup: 'sixth', run: 'run-8' }, restic: 'known' },
]

const DISKS = { data: 'one', empty: '', copy: '', other: '', large: 'twenty' }
const OTHER = '00000000-0000-4000-8000-000000000000'

for (const strategy of ['tar', 'external'] as const) {
  test(`${strategy}: the simulator's mover answers and leaves what the shipped one does`, { skip: strategy === 'external' && NO_RESTIC }, async () => {
    using real = realMovers()
    using model = modelMovers()
    const [shipped, simulated] = [await play(real, strategy), await play(model, strategy)]
    for (const [index, { what }] of SCRIPT.entries()) assert.deepEqual(simulated[index], shipped[index], what)
  })
}

/** What each step answered, and what was there afterwards. */
async function play(movers: Movers, strategy: 'tar' | 'external'): Promise<readonly object[]> {
  for (const [disk, content] of Object.entries(DISKS)) movers.write(disk, content)
  const handles = new Map<string, string>()
  let known: Pick<Result, 'storeId' | 'resticId'> = {}
  const seen: object[] = []
  for (const { task, first, disk = 'data', password = true, store, restic, of } of SCRIPT) {
    first?.(movers)
    const result = await movers.run({
      strategy, volume: 'data', ...((task.operation === 'check' || task.operation === 'prune') && strategy === 'external' && { restic: true }), ...(of !== undefined && { handle: handles.get(of) ?? 'unknown' }),
      ...(store !== undefined && { storeId: store === 'known' ? known.storeId ?? '' : OTHER }), ...(restic !== undefined && known.resticId !== undefined && { resticId: known.resticId }), ...task,
    }, { disk, password })
    if (known.storeId === undefined) known = result
    if (task.operation === 'backup' && result.handle !== undefined) handles.set(task.backup ?? '', result.handle)
    const { ok, reason, deleted } = result
    seen.push({ ok, reason, deleted, isKnown: result.storeId === undefined ? undefined : result.storeId === known.storeId, points: movers.points(), disks: Object.keys(DISKS).map(name => movers.read(name)) })
  }
  return seen
}
