import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Backup } from '../../schemas/generated/types.ts'
import { claim, policy, restore } from './kit/objects.ts'
import { sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination } from './kit/store.ts'

/** Files of every sort, made in a pod. Non-UTF-8 bytes, a newline and 255 bytes in names; a sparse GiB; ACLs and xattrs. */
const EVERY_SORT = `cd /volumes/data
mkdir -p empty/inside mode; printf x > plain
truncate -s 1G sparse; printf middle | dd of=sparse bs=1 seek=500000000 conv=notrunc 2>/dev/null
ln plain hard; ln -s plain soft; ln -s /nowhere/at/all dangling; mkfifo pipe
printf a > "$(printf 'line\\nbreak')"; printf b > 'ünïcödé 名前'; printf c > "$(head -c 255 /dev/zero | tr '\\0' n)"; printf d > "$(printf 'raw\\377byte')"
printf e > ' leading and trailing '; printf f > -- -dash; printf g > 'back\\slash "quote"'
printf s > setuid; chown 1234:2345 setuid; chmod 4755 setuid; chmod 1777 mode; printf r > readonly; chmod 000 readonly
setfattr -n user.note -v value plain; setfattr -n user.binary -v 0x00ff10 plain; setfacl -m u:4321:rw plain; setfacl -d -m g:77:rx mode
touch -d '1969-12-31 23:59:59.5' before-epoch; touch -d '2038-01-20 00:00:00.123456789' late; touch -h -d '2001-01-01 00:00:00.987654321' soft
: > zero; sync`

/** One line for each file with all that must survive, and hashes; group link counts instead of inode numbers. */
const describeTree = (folder: string): string => `cd ${folder}
find . -mindepth 1 -path ./lost+found -prune -o -mindepth 1 \\( -type f -printf '%s ' -o -true \\) -printf '%y %m %U %G %T@ %n %l %p\\0' | LC_ALL=C sort -z | tr '\\0\\n' '\\n?'
find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum
getfattr -R -d -m - -e hex -P . 2>/dev/null | grep -v '^$'
getfacl -R -n -P . 2>/dev/null | grep -v '^$'`

async function roundTrip(box: Sandbox, strategy: 'external' | 'tar', size = '1Gi'): Promise<{ backup: Backup }> {
  const destination = await s3Destination(box)
  await box.apply(policy('files', { strategy, destination }))
  const made = await box.backup('run', 'files', '--wait', '--timeout', '15m')
  assert.equal(made.code, 0, made.stderr)
  const [backup] = await box.list<Backup>('backups')
  await box.apply(restore('back', { backup: backup?.metadata.name, volumes: [{ source: 'data', target: 'copy', size }] }))
  await box.restoreIn('Completed', 'back', 900)
  return { backup: backup as Backup }
}

suite('files', { concurrency: 2 }, () => {
  for (const strategy of ['tar', 'external'] as const) {
    test(`${strategy}: files of every sort survive`, async t => {
      const box = await sandbox(t, `files-${strategy}`)
      await box.apply(claim('data'))
      await box.run(EVERY_SORT, 'data')
      await roundTrip(box, strategy)
      assert.equal(await box.run(describeTree('/volumes/copy'), 'copy'), await box.run(describeTree('/volumes/data'), 'data'))
      const blocks = Number((await box.run('stat -c %b /volumes/copy/sparse', 'copy')).trim())
      assert.ok(blocks * 512 < 200_000_000, `a sparse GiB stays sparse, got ${blocks * 512} bytes`)
    })

    test(`${strategy}: a file of 5 GiB and 100,000 small files survive`, async t => {
      const box = await sandbox(t, `large-${strategy}`)
      await box.apply(claim('data', { size: '10Gi' }))
      await box.run(`cd /volumes/data; mkdir small; cd small
      for d in $(seq 0 100); do mkdir d$d; done
      seq 100000 | awk '{ f = "d" int($1 / 1000) "/" $1; print $1 > f; close(f) }'
      cd ..; head -c 64M /dev/urandom > block; for n in $(seq 80); do cat block; echo $n; done > large; rm block; sync`, 'data')
      const { backup } = await roundTrip(box, strategy, '10Gi')
      assert.equal(backup.status?.files, 100_001)
      const summary = (folder: string) => `cd ${folder}; sha256sum < large; find small -type f | wc -l; find small -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum`
      assert.equal(await box.run(summary('/volumes/copy'), 'copy'), await box.run(summary('/volumes/data'), 'data'))
    })
  }
})
