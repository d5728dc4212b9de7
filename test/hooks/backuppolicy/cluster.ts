import type { Decision } from '../../../hooks/hook.ts'
import type { Backup, BackupPolicy, BackupPolicySpec, BackupPolicyStatus } from '../../../schemas/generated/types.ts'
import { policy } from '../../lib/backups.ts'
import { decideIn } from './request.ts'

/** What a sync gets to see instead of the truth. */
export interface Blindness {
  /** Backups and status as they were before the last sync. */
  readonly stale?: boolean
  /** The policy's status was lost. */
  readonly lostStatus?: boolean
}

interface Truth { readonly backups: readonly Backup[], readonly status: BackupPolicyStatus | undefined }

/** A small API server and clock around one policy: effects are carried out as the real ones are, and time moves on request. */
export class Cluster {
  now = new Date('2026-03-01T00:00:00Z')
  spec: Partial<BackupPolicySpec>
  truth: Truth = { backups: [], status: undefined }
  before: Truth = this.truth
  /** Every Backup that was ever made, in order. */
  readonly created: { readonly backup: Backup, readonly at: Date }[] = []
  readonly deletionRequests: string[] = []

  constructor(spec: Partial<BackupPolicySpec>) {
    this.spec = spec
  }

  policy(status = this.truth.status): BackupPolicy {
    return policy({ spec: this.spec, metadata: { creationTimestamp: '2026-03-01T00:00:00Z' }, status })
  }

  pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000)
  }

  sync({ stale = false, lostStatus = false }: Blindness = {}): Decision {
    const seen = stale ? this.before : this.truth
    const decision = decideIn({ policy: this.policy(lostStatus ? undefined : seen.status), backups: seen.backups }, this.now)
    this.before = this.truth
    this.truth = { ...this.truth, status: decision.status as BackupPolicyStatus }
    for (const effect of decision.effects) {
      if (effect.type === 'createRecord' && effect.object.kind === 'Backup') this.#create(effect.object as unknown as Backup)
      if (effect.type === 'annotateBackup') this.deletionRequests.push(effect.target.name)
    }
    return decision
  }

  /** Ends every run that is going on. */
  finish(phase: 'Completed' | 'Failed'): void {
    const completionTime = this.now.toISOString()
    const backups = this.truth.backups.map((one) => (one.status?.phase === undefined ? { ...one, status: { phase, completionTime } } : one))
    this.truth = { ...this.truth, backups }
  }

  #create(backup: Backup): void {
    if (this.truth.backups.some(({ metadata }) => metadata.name === backup.metadata.name)) return
    const whole = { ...backup, metadata: { ...backup.metadata, uid: backup.metadata.name, creationTimestamp: this.now.toISOString() } }
    this.created.push({ backup: whole, at: this.now })
    this.truth = { ...this.truth, backups: [...this.truth.backups, whole] }
  }
}
