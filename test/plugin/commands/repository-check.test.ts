import assert from 'node:assert/strict'
import type { BackupRepository, BackupRepositoryStatus } from '../../../schemas/generated/types.ts'
import type { FakeOptions } from '../fake-api.ts'
import { aRepository } from '../objects.ts'
import { cliTable } from '../table.ts'

const created = /^POST .*\/namespaces\/shop\/backuprepositories\?/
const patched = /^PATCH .*\/backuprepositories\/main\?/

/** A controller that gives the repository this status after a write. */
const checked = (status: BackupRepositoryStatus, before?: BackupRepositoryStatus): FakeOptions => {
  let looks = 0
  return {
    objects: before === undefined ? [] : [aRepository('main', before)],
    act: ({ method }, objects) => {
      const repository = objects.get('BackupRepository/shop/main')
      if (method === 'GET' && repository !== undefined && ++looks >= 3) objects.set('BackupRepository/shop/main', { ...repository, status })
    },
  }
}

cliTable('kubectl backup repository', {
  'creates': {
    args: ['repository', 'create', 'main', '--url', 's3://b/p', '--region', 'eu-central-1', '--credentials-secret', 's', '--storage-class', 'GLACIER_IR'], writes: [created], stdout: 'backuprepository.holdfast.dev/main created\n',
    also: ({ api }) => assert.deepEqual((api.writes[0]?.body as BackupRepository).spec, { type: 's3', url: 's3://b/p', region: 'eu-central-1', credentialsSecret: 's', storageClass: 'GLACIER_IR' }),
  },
  'creates and waits': { args: ['repository', 'create', 'main', '--url', 'pvc://disk', '--wait'], fake: checked({ phase: 'Ready', lastCheckTime: '2026-11-21T00:00:00Z' }), writes: [created], stdout: /created/, stderr: /New\n.*Ready \(after/s },
  'tells what is wrong with it': { args: ['repository', 'create', 'main', '--url', 'pvc://disk', '--wait'], fake: checked({ phase: 'Failed', reason: 'SecretNotFound', message: 'Secret "s" is absent' }), writes: [created], code: 1, stdout: /created/, stderr: /Failed \(SecretNotFound\): Secret "s" is absent/ },
  'needs a url': { args: ['repository', 'create', 'main'], code: 2, stderr: /missing required argument: url/ },
  'needs a Secret for S3': { args: ['repository', 'create', 'main', '--url', 's3://b'], code: 2, stderr: /needs --credentials-secret/ },
  'lists': { args: ['repository', 'list'], fake: { objects: [aRepository('main', { phase: 'Ready' })] }, stdout: /^NAME +TYPE +URL +PHASE +CHECKED +AGE\nmain +s3 +s3:\/\/backups\/prod +Ready +<none> +<unknown>\n$/ },
  'asks for a check': {
    args: ['repository', 'check', 'main'], fake: { objects: [aRepository('main')] }, writes: [patched], stdout: 'backuprepository.holdfast.dev/main check requested\n', stderr: 'Before: Ready, checked 2026-11-20T00:00:00Z\n',
    also: ({ api }) => assert.match(JSON.stringify(api.writes[0]?.body), /^\{"metadata":\{"uid":"uid-main","annotations":\{"holdfast\.dev\/check-requested":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}\}\}$/),
  },
  'waits for a check that is newer than the asking': { args: ['repository', 'check', 'main', '--wait'], fake: checked({ phase: 'Ready', lastCheckTime: '2999-01-01T00:00:00Z' }, { phase: 'Ready', lastCheckTime: '2026-11-20T00:00:00Z' }), writes: [patched], stdout: /requested/, stderr: /Ready; the new check is not over\n.*Ready \(after/s },
  'asks and waits by the clock of the cluster, not by its own, which may be behind': {
    args: ['repository', 'check', 'main', '--wait'], writes: [patched], stdout: /requested/, stderr: /Ready; the new check is not over\n.*Ready \(after/s,
    fake: { ...checked({ phase: 'Ready', lastCheckTime: '2999-01-01T00:02:03Z' }, { phase: 'Ready', lastCheckTime: '2999-01-01T00:01:00Z' }), date: '2999-01-01T00:02:00Z' },
    also: ({ api }) => assert.match(JSON.stringify(api.writes[0]?.body), /"holdfast\.dev\/check-requested":"2999-01-01T00:02:00Z"/),
  },
  'asks for what is newer than the last check, whatever the clocks say': {
    args: ['repository', 'check', 'main'], writes: [patched], stdout: /requested/,
    fake: { ...checked({}, { phase: 'Ready', lastCheckTime: '2999-01-01T00:02:05Z' }), date: '2999-01-01T00:02:00Z' },
    also: ({ api }) => assert.match(JSON.stringify(api.writes[0]?.body), /"holdfast\.dev\/check-requested":"2999-01-01T00:02:06Z"/),
  },
  'does not wait for a check that is never made, because a rule is broken': {
    args: ['repository', 'check', 'main', '--wait', '--timeout', '20s'], writes: [patched], code: 1, stdout: /requested/, stderr: /Failed \(VolumeNotFound\): claim disk does not exist; the new check is not over\n.*claim disk does not exist \(after/s,
    fake: { objects: [aRepository('main', { phase: 'Failed', reason: 'VolumeNotFound', message: 'claim disk does not exist' })] },
  },
  'but lets the hooks see first that it is mended': {
    args: ['repository', 'check', 'main', '--wait'], writes: [patched], stdout: /requested/, stderr: /Failed.*the new check is not over\n.*Ready \(after/s,
    fake: checked({ phase: 'Ready', lastCheckTime: '2999-01-01T00:00:00Z' }, { phase: 'Failed', reason: 'VolumeNotFound', message: 'claim disk does not exist' }),
  },
  'takes no old failure for the answer': { args: ['repository', 'check', 'main', '--wait'], fake: checked({ phase: 'Failed', message: 'still wrong', failures: 3 }, { phase: 'Failed', message: 'wrong', failures: 2 }), writes: [patched], code: 1, stdout: /requested/, stderr: /Failed: wrong; the new check is not over\n.*Failed: still wrong/s },
  'tells an unknown repository': { args: ['repository', 'check', 'nope'], code: 5, stderr: /backuprepositories "nope" not found/ },
})
