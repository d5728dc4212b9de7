import assert from 'node:assert/strict'
import type { Backup } from '../../../schemas/generated/types.ts'
import { aBackup, aClaim, aRepository } from '../objects.ts'
import { cliTable } from '../table.ts'

const objects = [aRepository('main'), aClaim('data'), aClaim('logs'), aClaim('other', { app: 'bank' }), aBackup('taken', '2026-11-20T01:00:00Z'),
  aClaim('tmp', { app: 'shop', 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/role': 'restore' })]
const stored = [{ ...aRepository('main'), spec: { type: 'pvc' as const, url: 'pvc://backup-store' } }, aClaim('data'), aClaim('backup-store'), { ...aClaim('late'), status: { phase: 'Pending' } }]
const created = /^POST .*\/namespaces\/shop\/backups\?/
const specOf = (body: unknown): Backup['spec'] => (body as Backup).spec

cliTable('kubectl backup create', {
  'backs up named claims': {
    args: ['create', 'x', '--pvc', 'data,logs', '--pvc', 'data', '--repository', 'main'], fake: { objects }, writes: [created], stdout: 'backup.holdfast.dev/x created\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), {
      strategy: 'tar', volumes: ['data', 'logs'], repositoryRef: { kind: 'BackupRepository', name: 'main' }, allowEmpty: false, deletionPolicy: 'Retain',
    }),
  },
  'leaves the destination and claims without data out, and says so': {
    args: ['create', 'x', '--all', '--repository', 'main'], fake: { objects: stored }, writes: [created], stdout: 'backup.holdfast.dev/x created\n',
    stderr: 'Left out: backup-store (the destination itself); late (not bound yet, so without data).\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body).volumes, ['data']),
  },
  'refuses the destination when it is named': {
    args: ['create', 'x', '--pvc', 'data,backup-store', '--repository', 'main'], fake: { objects: stored }, code: 1,
    stderr: 'Error: claim "backup-store" cannot be backed up: it is the destination itself. Leave it out of --pvc\n',
  },
  'refuses a temporary claim that is named': { args: ['create', 'x', '--pvc', 'tmp', '--repository', 'main'], fake: { objects }, code: 1, stderr: /claim "tmp" cannot be backed up: it is temporary, made by a restore/ },
  'waits for a claim that is named and not bound yet': {
    args: ['create', 'x', '--pvc', 'late', '--repository', 'main'], fake: { objects: stored }, writes: [created], stdout: 'backup.holdfast.dev/x created\n', stderr: '',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body).volumes, ['late']),
  },
  'takes a list of no names for none, not for all': { args: ['create', 'x', '--pvc', ',', '--repository', 'main'], fake: { objects }, code: 1, stderr: /no claim/ },
  'backs up claims by label, but no temporary ones': {
    args: ['create', 'x', '-l', 'app=shop', '--strategy', 'snapshot', '--snapshot-class', 'fast'], fake: { objects }, writes: [created], stdout: 'backup.holdfast.dev/x created\n',
    also: ({ api }) => assert.deepEqual(specOf(api.writes[0]?.body), { strategy: 'snapshot', volumes: ['data', 'logs'], snapshotClassName: 'fast', allowEmpty: false, deletionPolicy: 'Retain' }),
  },
  'makes a name from the time': { args: ['create', '--all', '--repository', 'main'], fake: { objects }, writes: [created], stdout: /^backup\.holdfast\.dev\/backup-manual-\d{8}-\d{6} created\n$/ },
  'takes the custom command after --': {
    args: ['create', 'x', '--pvc', 'data', '--repository', 'main', '--strategy', 'custom', '--image', 'postgres:17', '--restore-command', 'psql', '--run-as', 'user', '--compression', 'gzip', '--', 'pg_dump', '-h', 'db'],
    fake: { objects }, writes: [created], stdout: 'backup.holdfast.dev/x created\n',
    also: ({ api }) => {
      const { image, custom, mover } = specOf(api.writes[0]?.body)
      assert.deepEqual({ image, custom, mover }, { image: 'postgres:17', custom: { command: ['pg_dump', '-h', 'db'], restoreCommand: ['/bin/sh', '-c', 'psql'] }, mover: { runAs: 'user', compression: 'gzip' } })
    },
  },
  'needs to know what': { args: ['create', '--repository', 'main'], fake: { objects }, code: 2, stderr: 'Error: say what to back up with one of --pvc NAME, -l SELECTOR and --all\n' },
  'takes only one way of choosing': { args: ['create', '--all', '--pvc', 'data', '--repository', 'main'], fake: { objects }, code: 2, stderr: /one of --pvc/ },
  'needs a repository unless for snapshots': { args: ['create', '--all'], fake: { objects }, code: 2, stderr: /strategy tar needs --repository NAME/ },
  'refuses a repository for snapshots': { args: ['create', '--all', '--strategy', 'snapshot', '--repository', 'main'], fake: { objects }, code: 2, stderr: /leave --repository out/ },
  'needs image and command for custom': { args: ['create', '--all', '--strategy', 'custom', '--repository', 'main'], fake: { objects }, code: 2, stderr: /needs --image and the command after --/ },
  'refuses a command without custom': { args: ['create', '--all', '--repository', 'main', '--', 'ls'], fake: { objects }, code: 2, stderr: /goes with --strategy custom/ },
  'tells a claim that is not there': { args: ['create', '--pvc', 'data,dota', '--repository', 'main'], fake: { objects }, code: 5, stderr: 'Error: persistentvolumeclaims "dota" not found in namespace "shop"\n' },
  'tells a selector that matches nothing': { args: ['create', '-l', 'app=none', '--repository', 'main'], fake: { objects }, code: 1, stderr: /no claim in namespace "shop" has labels app=none/ },
  'tells a repository that is not there': { args: ['create', '--all', '--repository', 'mian'], fake: { objects }, code: 5, stderr: /backuprepositories "mian" not found/ },
  'tells a name that is taken': { args: ['create', 'taken', '--all', '--repository', 'main'], fake: { objects }, code: 1, writes: [created], stderr: /Error: backups\.holdfast\.dev "taken" already exists\. Choose another name\n$/ },
})
