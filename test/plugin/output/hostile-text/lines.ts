import type { Backup, BackupPolicy, BackupRepository, KubeObject, Restore } from '../../../../schemas/generated/types.ts'
import { failure, type FakeOptions } from '../../fake-api.ts'
import { aBackup, aClaim, aPolicy, aRepository, aRestore } from '../../objects.ts'

/** A title for the window, a bell, colours, a cleared screen, an overwritten line, and the same by C1. */
export const EVIL = 'EVIL\u001B]0;owned\u0007\u001B[2J\u001B[1;31m\rCompleted\b\u009B2J\u0085\u0000\u007FEND'
/** No argument of a process has a NUL. */
const TYPED = EVIL.replaceAll('\u0000', '')

/** Every text of an object but those that tell what it is: as a pod, a tenant or a store could have written it. */
const poison = <T>(value: T, key = ''): T => {
  if (typeof value === 'string') return (/^(apiVersion|kind|name|namespace|uid|type|.*[tT]ime(stamp)?|phase|status|pvc|source|target|backup|policy|strategy|holdfast.dev\/.*)$/.test(key) ? value : EVIL) as T
  if (Array.isArray(value)) return value.map(item => poison<unknown>(item, key)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, poison<unknown>(field, name)])) as T
}

const TIME = '2026-11-20T01:00:00Z'
const volume = { pvc: 'data', phase: 'Failed', reason: 'x', message: 'x', handle: 'x' } as const
const condition = { type: 'Ready', status: 'False', reason: 'x', message: 'x', lastTransitionTime: TIME } as const
const bad: Backup['status'] = { phase: 'Failed', reason: 'x', message: 'x', volumesSummary: 'x', storeId: 'x', completionTime: TIME, volumes: [volume], conditions: [condition], deletion: { requestedBy: 'x', reason: 'x' } }
export const objects: readonly KubeObject[] = [
  poison<Backup>(aBackup('bad', TIME, { status: bad })), poison<Backup>(aBackup('leaving', TIME, { status: { ...bad, phase: 'Deleting' } })),
  poison<Backup>(aBackup('running', TIME, { status: { phase: 'Running', message: 'x' } })),
  { ...aBackup('asked', TIME, { status: { phase: 'Completed' } }), metadata: { ...aBackup('asked', TIME).metadata, annotations: { 'holdfast.dev/delete-requested': EVIL } } },
  poison<Restore>(aRestore('back', { phase: 'Failed', reason: 'x', message: 'x', volumes: [{ ...volume, source: 'data', target: 'copy' }] })),
  poison<BackupPolicy>(aPolicy('nightly', { schedule: 'x', timeZone: 'x', repositoryRef: { kind: 'BackupRepository', name: 'main' } }, { conditions: [condition, { ...condition, type: 'RetentionHeld', status: 'True' }], history: [{ backup: 'x', status: 'Failed', message: 'x' }] })),
  { ...aPolicy('held', {}, { conditions: [{ ...condition, type: 'RetentionHeld', status: 'True', reason: 'RetentionHeld', message: EVIL }] }) },
  poison<BackupRepository>(aRepository('main', { phase: 'Failed', reason: 'x', message: 'x', storeId: 'x', conditions: [condition] })),
  aClaim('data'),
  { apiVersion: 'v1', kind: 'Event', metadata: { name: 'bad.failed', namespace: 'shop' }, involvedObject: { kind: 'Backup', name: 'bad' }, type: EVIL, reason: EVIL, message: EVIL, lastTimestamp: TIME },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'mover', namespace: 'shop', labels: { 'holdfast.dev/backup': 'bad' } }, status: { containerStatuses: [{ name: 'mover' }] } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'holdfast-hooks', namespace: 'holdfast-system' }, spec: { template: { spec: { containers: [{ image: `hooks:${EVIL}` }] } } } },
] as readonly KubeObject[]
export const logs = { mover: `${EVIL}\nsecond ${EVIL}\n` }
const refused = (status: number, body: unknown): FakeOptions => ({ intercept: () => ({ status, body }) })

/** Each verb with what it can print of others' words. */
export const LINES: readonly (readonly [line: string, fake?: FakeOptions])[] = [
  ['run nightly'], ['run nightly --dry-run=client -o json'], ['create x --pvc data --repository main --wait --timeout 50ms'],
  ['list'], ['list -o wide'], ['list -o json'], ['list -o yaml'], ['list -o name'], ['list restores -o wide'],
  ['describe bad'], ['describe leaving'], ['describe asked'], ['describe restore/back'], ['describe policy/nightly'], ['describe repository/main'], ['describe bad -o json'], ['describe bad -o yaml'],
  ['restore bad --volume data=copy'], ['restore leaving'], ['delete bad --yes --dry-run=client'], ['delete leaving --yes --wait --timeout 50ms'], ['cancel running'],
  ['wait bad'], ['wait running --timeout 50ms'], ['wait restore/back'], ['logs bad'], ['logs bad --timestamps -f'], ['logs running'], ['status -o wide'], ['status -o json'],
  ['policy create x --all --strategy snapshot --wait --timeout 50ms'], ['policy list -o wide'], ['policy pause nightly'], ['policy resume nightly'], ['policy release-deletions held --count 20'], ['policy adopt nightly'],
  ['repository create x --url pvc://disk --wait --timeout 50ms'], ['repository list -o wide'], ['repository check main --wait --timeout 50ms'],
  ['version'], ['completion bash'], ['__complete describe '],
  ['list', refused(500, EVIL)], ['list', refused(403, failure(403, { reason: 'Forbidden', message: EVIL }))], ['describe bad', refused(404, failure(404, { reason: 'NotFound', message: EVIL, name: 'x' }))],
  [`describe ${TYPED}`], [TYPED],
]
