import { API_VERSION, LABEL } from '../../../lib/api.ts'
import type { BackupPolicySpec, BackupSpec, RestoreSpec } from '../../../schemas/generated/types.ts'
import { TEST_IMAGES } from '../../images.ts'
import { SNAPSHOT_CLASS } from './objects.ts'
import { inPhase, type Step } from './scenario.ts'

export const STRATEGIES = ['external', 'tar', 'custom', 'snapshot'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** A Backup that is to be good. */
export function backup(name: string, strategy: Strategy): readonly Step[] {
  return [{ step: 'apply', object: backupObject(name, strategy, {}) }, until(`${name} is completed`, 'Backup', name, inPhase('Completed'))]
}

/** A Restore that is to be good. */
export function restored(name: string, spec: RestoreSpec): readonly Step[] {
  return [{ step: 'apply', object: restoreObject(name, spec) }, until(`${name} is completed`, 'Restore', name, inPhase('Completed')), { step: 'wait', seconds: 5 }]
}

/** A Backup of claim `data`. */
export function backupObject(name: string, strategy: Strategy, more: Partial<BackupSpec>): object {
  const custom = { custom: { command: ['cat', '/data/file'], restoreCommand: ['sh', '-c', 'cat > /data/file'] }, image: TEST_IMAGES.tools }
  const spec = {
    strategy, volumes: ['data'],
    ...(strategy !== 'snapshot' && { repositoryRef: { name: 'main' } }), ...(strategy === 'custom' && custom), ...(strategy === 'snapshot' && { snapshotClassName: SNAPSHOT_CLASS }), ...more,
  }
  return { apiVersion: API_VERSION, kind: 'Backup', metadata: { name }, spec }
}

/** A run of a policy, as people ask for one. */
export function runOf(policyName: string, name: string, strategy: Strategy, more: Partial<BackupSpec> = {}): Step {
  const record = backupObject(name, strategy, { policy: policyName, ...more }) as { readonly metadata: object }
  return { step: 'apply', object: { ...record, metadata: { ...record.metadata, labels: { [LABEL.policy]: policyName } } } }
}

/** What a GitOps tool writes on everything that it has made. */
const TRACKED = { 'argocd.argoproj.io/instance': 'story' }

/** A policy over all claims of the stories. */
export function policy(name: string, spec: Partial<BackupPolicySpec>): Step {
  return { step: 'apply', object: { apiVersion: API_VERSION, kind: 'BackupPolicy', metadata: { name, labels: TRACKED }, spec: { selector: { matchLabels: { app: 'data' } }, ...spec } } }
}

/** A Restore. */
export function restoreObject(name: string, spec: RestoreSpec): object {
  return { apiVersion: API_VERSION, kind: 'Restore', metadata: { name }, spec }
}

/** New data. */
export function write(claim: string): Step {
  return { step: 'write', claim }
}

/** Waits for an object. */
export function until(what: string, kind: string, name: string, holds: Extract<Step, { step: 'until' }>['holds'], seconds?: number): Step {
  return { step: 'until', what, at: at(kind, name), holds, ...(seconds !== undefined && { seconds }) }
}

/** Waits for what lasts only for a while. */
export function passes(...[what, kind, name, holds]: Parameters<typeof until>): Step {
  return { step: 'until', what, at: at(kind, name), holds, passing: true }
}

/** Names an object. */
export function at(kind: string, name: string): { kind: string; name: string } {
  return { kind, name }
}

/** A request by annotation. */
export function annotated(key: string): object {
  return { metadata: { annotations: { [key]: JSON.stringify({ requestedBy: 'scenario', reason: 'it is part of the story' }) } } }
}
