import type { KubeObject } from '../../../hooks/hook.ts'
import type { BackupPolicySpec } from '../../../schemas/generated/types.ts'
import { backup, policy } from '../../lib/backups.ts'
import { claim, decideIn, requestOf, type World } from '../backuppolicy/request.ts'
import { CLOCK, sceneOf, type Draft, type Scene } from './scene.ts'
import { S3 } from './secrets.ts'

const key = '0 2 * * *|Etc/UTC|false'
const status = { observedGeneration: 1, activeSchedule: { key, since: '2026-11-01T00:00:00Z' } }
const claims = ['data-db-0', 'data-db-1'].map(name => claim(name, { labels: { app: 'db' } }))
const company = {
  apiVersion: 'holdfast.dev/v1alpha1' as const, kind: 'ClusterBackupRepository' as const, metadata: { name: 'company' }, spec: { destination: S3, allowedNamespaces: ['*'] },
}

/** Requests about BackupPolicies, each with its CronJob and its Backups. */
export function policyScenes(): readonly Scene[] {
  return Object.entries(drafts()).map(([name, draft]) => sceneOf(name, draft))
}

function drafts(): Readonly<Record<string, Draft>> {
  return {
    'policy-new': draftOf({}, { made: false }),
    'policy-quiet': draftOf({}),
    'policy-due': draftOf({ strategy: 'external' }, { newest: 20 }),
    'policy-retention': draftOf({ retention: { maxBackups: 3 } }),
    'policy-suspended': draftOf({ retention: { maxBackups: 1 }, suspend: true }),
    'policy-wrong': draftOf({ schedule: '0 0 30 2 *', retention: { maxBackups: 1 } }),
    'policy-cluster': draftOf({ destination: undefined, repositoryRef: { kind: 'ClusterBackupRepository', name: 'company' } }, { clusters: [company] }),
    'policy-custom': draftOf({ strategy: 'custom', image: 'postgres:17', custom: { command: ['pg_dumpall'] } }),
    'policy-deleted': draftOf({}, { finalizing: true, running: true }),
    'policy-customize': { ...draftOf({}), verb: 'customize' },
  }
}

interface Given {
  readonly newest?: number
  readonly running?: boolean
  readonly finalizing?: boolean
  /** Whether its CronJob is there. @default true */
  readonly made?: boolean
  readonly clusters?: World['clusters']
}

function draftOf(spec: Partial<BackupPolicySpec>, { newest = 21, running = false, finalizing = false, made = true, clusters }: Given = {}): Draft {
  const backups = [15, 16, 17, 18, newest - 1, newest].map(day => slot(day, running && day === newest ? 'Running' : 'Completed'))
  const whole = { selector: { matchLabels: { app: 'db' } }, destination: S3, ...spec }
  const good = { claims, backups, ...(clusters && { clusters, repositories: [projection] }) }
  const cronJobs = decideIn({ ...good, policy: policy({ spec: { ...whole, schedule: '0 2 * * *' }, status }) }, CLOCK).children.map(asObserved)
  const { parent, children, related } = requestOf({ ...good, policy: policy({ spec: whole, status }), cronJobs: made ? cronJobs : [] })
  return { kind: 'backuppolicy', verb: finalizing ? 'finalize' : 'sync', parent, children, related }
}

const projection = {
  apiVersion: 'holdfast.dev/v1alpha1' as const, kind: 'BackupRepository' as const, metadata: { name: 'cluster-company', namespace: 'shop', uid: 'uid-projection' }, spec: S3,
}

function slot(day: number, phase: string) {
  const time = `2026-11-${day}T02:00:00Z`
  const one = backup(`nightly-202611${day}-0200`, phase, time, ['data-db-0', 'data-db-1'])
  return { ...one, spec: { ...one.spec, slot: time, missedSlots: 0 } }
}

/** As Metacontroller made it. */
function asObserved(child: KubeObject): KubeObject {
  const annotations = { 'metacontroller.k8s.io/last-applied-configuration': JSON.stringify(child) }
  const ownerReferences = [{ kind: 'BackupPolicy', name: 'nightly', uid: 'uid-1', controller: true }]
  return { ...child, metadata: { ...child.metadata, annotations, ownerReferences, uid: 'uid-cron', resourceVersion: '7' } }
}
