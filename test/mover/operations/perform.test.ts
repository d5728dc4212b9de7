import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { perform } from '../../../mover/operations/perform.ts'
import { openStore } from '../../../mover/stores/open.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { bench } from '../context.ts'
import { NO_RESTIC, PASSWORD } from '../restic/tools.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from '../stores/minio.ts'
import { keys } from '../stores/conformance.ts'
import { treeOf } from '../tree.ts'

const bucket = `holdfast-test-${randomBytes(4).toString('hex')}`
let s3: TestS3

if (NO_S3 !== undefined) {
  test('strategies over S3', { skip: NO_S3 }, () => undefined)
} else {
  before(async () => {
    s3 = await startS3()
    await makeBucket(s3, bucket)
  })
  after(() => s3.stop())

  for (const strategy of ['tar', 'external'] as const) {
    test(`${strategy} over S3: check, back up, restore, delete; nothing is left of the volume`, { skip: strategy === 'external' ? NO_RESTIC : undefined }, async () => {
      using here = bench()
      const [source, target] = [join(here.folder, 'volumes', 'data'), join(here.folder, 'target')]
      mkdirSync(source, { recursive: true })
      mkdirSync(target)
      execFileSync('sh', ['-c', `cd ${source}; head -c 45000000 /dev/urandom > big; echo a > a; ln a b; mkdir -p d/e; mkfifo f`])
      const store = { type: 's3', bucket, prefix: `p/${strategy}/ns`, endpoint: s3.endpoint } as const
      const env = { ...process.env, ...s3.env, RESTIC_PASSWORD: PASSWORD, RESTIC_CACHE_DIR: join(here.folder, 'cache') }
      const opened = await openStore(store, env)
      const ask = (task: Partial<Task>) => perform(here.context({ strategy, store, ...task }, { env, store: opened }))

      assert.equal((await ask({ operation: 'check', restic: strategy === 'external' })).ok, true)
      const empty = await keys(opened, '')
      const stored = await ask({ path: source })
      const restored = await ask({ operation: 'restore', path: target, handle: stored.handle })
      assert.deepEqual([stored.errors, restored.bytes], [0, stored.bytes])
      assert.deepEqual(treeOf(target), treeOf(source))
      assert.deepEqual((await ask({ operation: 'delete', points: [{ volume: 'data' }] })).deleted, ['data'])
      assert.deepEqual((await keys(opened, '')).filter(key => !empty.includes(key) && !/locks|index/.test(key)), [])
      assert.equal((await ask({ operation: 'prune', restic: strategy === 'external' })).ok, true)
      rmSync(target, { recursive: true })
    })
  }

  for (const [sentence, changes, reason] of [
    ['an absent bucket', { bucket: 'holdfast-absent' }, 'BucketNotFound'],
    ['a wrong secret', { secret: 'not-the-secret' }, 'AccessDenied'],
  ] as const) {
    for (const strategy of ['tar', 'external'] as const) {
      test(`${strategy}: ${sentence} is ${reason} in a check and in a backup`, { skip: strategy === 'external' ? NO_RESTIC : undefined }, async () => {
        using here = bench()
        const store = { type: 's3', bucket: 'bucket' in changes ? changes.bucket : bucket, prefix: 'x/ns', endpoint: s3.endpoint } as const
        const env = { ...process.env, ...s3.env, RESTIC_PASSWORD: PASSWORD, ...('secret' in changes && { AWS_SECRET_ACCESS_KEY: changes.secret }) }
        const opened = await openStore(store, env)
        for (const task of [{ operation: 'check', restic: true }, { operation: 'backup', path: here.folder }] as const) {
          await assert.rejects(perform(here.context({ strategy, store, ...task }, { env, store: opened })), { name: 'UserError', reason })
        }
      })
    }
  }
}
