import { createHash } from 'node:crypto'
import { TransientError, UserError } from '../../../lib/errors.ts'
import type { Result, Task } from '../../../schemas/generated/types.ts'
import type { Engine } from '../engine.ts'
import type { Faults } from '../faults.ts'
import type { Random } from '../random.ts'
import type { Disks } from './disks.ts'
import type { Broken } from './mover-failure.ts'
import { isSpared } from './spared.ts'
import type { Point, Store } from './stores.ts'

/** What a mover has around it. */
export interface Work {
  readonly task: Task
  readonly store: Store
  readonly disks: Disks
  /** Handle of the data volume. */
  readonly disk: string | undefined
  /** Whether RESTIC_PASSWORD is set. */
  readonly password: boolean
  /** Whether a command of the user's is beside the mover. */
  readonly command: boolean
  /** Files that cannot be read. */
  readonly unreadable: number
  /** How it fails, where a story says so. */
  readonly mishap?: Broken
  readonly engine: Engine
  readonly random: Random
  readonly faults: Faults
}

/** An operation in virtual time: it pauses for the milliseconds that it yields, and can be stopped in any pause. */
export type Steps = Generator<number, Result>

const MINUTE = 60_000

/** Milliseconds between two bounds, short ones as likely as long ones. */
export function duration({ random }: Pick<Work, 'random'>, from: number, to: number): number {
  return Math.round(from * (to / from) ** random.next())
}

const CALM = 6 * 60 * MINUTE

/** First contact with the store: where it fails when it does. */
export function contact(work: Work): void {
  const { store, faults, engine, random, task } = work
  const now = engine.now()
  const spared = isSpared(work, ['credentialsLost', 'storeError'])
  if (!spared && now >= store.calmUntil && faults.strikes('credentialsLost')) {
    const minutes = random.pick([1, 3, 10, 30, 90])
    Object.assign(store, { deniedUntil: now + MINUTE * minutes, calmUntil: now + 2 * MINUTE * minutes })
  }
  if (faults.strikes('storeSlowList')) store.veil({ over: now - MINUTE, from: now, until: now + 1000 * (5 + random.below(55)) })
  requireAccess(work)
  const loses = store.points().length > 0 && task.operation !== 'delete' && now >= store.emptiedAt + CALM
  if (loses && faults.strikes('storeEmptied')) store.empty(now)
  if (!spared && faults.strikes('storeError')) throw unreachable(work)
}

/** Every request is refused while the credentials are. */
export function requireAccess({ store, faults, engine }: Work): void {
  if (engine.now() >= store.deniedUntil || faults.healed) return
  throw new UserError('AccessDenied', `${store.location} refused the credentials (InvalidAccessKeyId: The Access Key Id you provided does not exist in our records.). `
    + 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the secret, and the policy of the bucket.')
}

/** After the last write of an operation: the store has done it, and nobody gets to know. */
export function written(work: Work): void {
  if (work.faults.strikes('storeErrorAfterWrite')) throw unreachable(work)
}

/** Throws when what an earlier Backup of the same name made is there: it is neither an answer nor to be replaced. */
export function refuseNamesake(work: Work, point: Point | undefined): void {
  if (point === undefined || !isNamesake(work, point)) return
  throw new UserError('TargetExists', `${work.store.location} holds a restore point of volume ${point.volume} by an earlier Backup ${point.backup}, whose record was deleted. `
    + 'It stays as it is, and nothing new was stored: make the Backup under another name.')
}

/** Whether a point is of another Backup of the same name. */
export function isNamesake({ task }: Pick<Work, 'task'>, { run }: Point): boolean {
  return task.run !== undefined && run !== undefined && run !== task.run
}

/** What a backup tells of a point that it made, or found made. */
export function backupResult({ handle, content, errors, strategy }: Point): Result {
  return {
    operation: 'backup', ok: true, handle, ...figures(content), bytesStored: figures(content).bytes, errors,
    ...(strategy !== 'external' && { sha256: hash(content) }),
    ...(errors > 0 && { reason: 'UnreadableFiles', message: `${errors} files could not be read.`, errorSamples: ['./secret: Permission denied'] }),
  }
}

/** What a restore tells; `errors` are attributes that could not be set. */
export function restoreResult({ handle, content, strategy }: Point, errors = 0): Result {
  return { operation: 'restore', ok: true, handle, ...figures(content), errors, ...(strategy !== 'external' && { sha256: hash(content) }) }
}

/** 64 hex digits that belong to a text. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function figures(content: string): { readonly bytes: number; readonly files: number } {
  return { bytes: 4096 * content.length, files: content.length }
}

function unreachable({ store }: Work): TransientError {
  return new TransientError('StoreUnreachable', `${store.location} cannot be reached (ECONNRESET: read ECONNRESET). Check the endpoint, DNS and network policies.`)
}
