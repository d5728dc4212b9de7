import assert from 'node:assert/strict'
import type { BackupPolicy, Condition } from '../../../schemas/generated/types.ts'
import { aPolicy } from '../objects.ts'
import { cliTable } from '../table.ts'

const specOf = (body: unknown): BackupPolicy['spec'] => (body as BackupPolicy).spec
const ready = (status: Condition['status'], type = 'Ready'): Condition => ({ type, status, reason: type === 'Ready' ? 'InvalidSchedule' : type, observedGeneration: 4, message: 'minute 99 is out of range', lastTransitionTime: '2026-11-01T00:00:00Z' })
const at = (generation: number, policy: BackupPolicy): BackupPolicy => ({ ...policy, metadata: { ...policy.metadata, generation } })
const objects = [aPolicy('nightly', { schedule: '0 1 * * *' }, { storedBackupCount: 3, conditions: [ready('True')] }), aPolicy('paused', { suspend: true }),
  at(4, aPolicy('held', {}, { conditions: [ready('True', 'RetentionHeld')] })), at(5, aPolicy('edited', {}, { conditions: [ready('True', 'RetentionHeld')] }))]
const ahead = aPolicy('ahead', {}, { conditions: [{ ...ready('True', 'RetentionHeld'), reason: 'CompletedInFuture' }] })
const heir = aPolicy('heir', {}, { conditions: [{ ...ready('True', 'RetentionHeld'), reason: 'OlderThanPolicy' }] })
const patched = (name: string): RegExp => new RegExp(`^PATCH .*/backuppolicies/${name}\\?`)

cliTable('kubectl backup policy list, pause, resume, release-deletions, adopt', {
  'lists': { args: ['policy', 'list'], fake: { objects }, stdout: /^NAME +STRATEGY +SCHEDULE +READY +LAST-GOOD +STORED +AGE\nnightly +tar +0 1 \* \* \* +True +<none> +3 +\S+\npaused +tar +<none> +Paused .*\nheld .*\nedited .*\n$/ },
  'pauses': { args: ['policy', 'pause', 'nightly'], fake: { objects }, writes: [patched('nightly')], stdout: 'backuppolicy.holdfast.dev/nightly paused\n', also: ({ api }) => assert.deepEqual(api.writes[0]?.body, { metadata: { uid: 'uid-nightly' }, spec: { suspend: true } }) },
  'resumes': { args: ['policy', 'resume', 'policy/paused'], fake: { objects }, writes: [patched('paused')], stdout: 'backuppolicy.holdfast.dev/paused resumed\n', also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), { suspend: false }) },
  'does nothing twice': { args: ['policy', 'pause', 'paused'], fake: { objects }, stderr: 'Policy "paused" is paused already.\n' },
  'releases deletions that are held': { args: ['policy', 'release-deletions', 'held', '--count', '25'], fake: { objects }, writes: [patched('held')], stdout: /allowed to delete up to 25 restore points/, also: ({ api }) => assert.deepEqual(api.writes[0]?.body, { metadata: { uid: 'uid-held', annotations: { 'holdfast.dev/allow-deletions': '25@4' } } }) },
  'releases nothing while nobody has looked at the edited spec': { args: ['policy', 'release-deletions', 'edited', '--count', '25'], fake: { objects }, code: 1, stderr: /was edited since it said what it holds back/ },
  'releases nothing that a wrong clock holds': { args: ['policy', 'release-deletions', 'ahead', '--count', '25'], fake: { objects: [ahead] }, code: 1, stderr: /holds no deletions back/ },
  'adopts what is older': { args: ['policy', 'adopt', 'heir'], fake: { objects: [heir] }, writes: [patched('heir')], stdout: /heir adopted the older restore points/, also: ({ api }) => assert.deepEqual(api.writes[0]?.body, { metadata: { uid: 'uid-heir', annotations: { 'holdfast.dev/adopt-backups': 'uid-heir' } } }) },
  'adopts nothing when there is nothing older': { args: ['policy', 'adopt', 'held'], fake: { objects }, code: 1, stderr: /nothing to adopt/ },
  'releases nothing that is not held': { args: ['policy', 'release-deletions', 'nightly', '--count', '25'], fake: { objects }, code: 1, stderr: /holds no deletions back/ },
})
