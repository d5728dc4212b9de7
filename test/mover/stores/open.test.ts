import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openStore } from '../../../mover/stores/open.ts'
import { SCHEMAS } from '../../../schemas/generated/schemas.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import { conform } from './conformance.ts'
import { makeBucket, NO_S3, startS3, type TestS3 } from './minio.ts'

type Type = Task['store']['type']

const folder = mkdtempSync(join(tmpdir(), 'holdfast-open-'))
const bucket = `holdfast-open-${randomBytes(4).toString('hex')}`
let s3: TestS3 | undefined
before(async () => {
  if (NO_S3 !== undefined) return
  s3 = await startS3()
  await makeBucket(s3, bucket)
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await s3?.stop()
})

/** A fresh store of each type, as a task names it; the module that it is; and why it cannot be tried here. The compiler wants every type that a task can name. */
const STORES: Readonly<Record<Type, { readonly fresh: () => Task['store']; readonly module: string; readonly skip?: string }>> = {
  directory: { fresh: () => ({ type: 'directory', path: mkdtempSync(join(folder, 's-')) }), module: './directory.ts' },
  s3: { fresh: () => ({ type: 's3', bucket, prefix: `p/${randomBytes(6).toString('hex')}/ns`, endpoint: s3?.endpoint }), module: './s3.ts', skip: NO_S3 },
}

test('each type of store that a task can name, and each module that opens one, passes the conformance suite here', () => {
  const schema = SCHEMAS.Task as { readonly properties: { readonly store: { readonly properties: { readonly type: { readonly enum: readonly string[] } } } } }
  assert.deepEqual([...schema.properties.store.properties.type.enum].sort(), Object.keys(STORES).sort())
  const opened = [...readFileSync(new URL('../../../mover/stores/open.ts', import.meta.url), 'utf8').matchAll(/(?:import\(|^import \{.* from )'(\.\/[^']+)'/gm)].map(([, module]) => module)
  assert.deepEqual(opened.sort(), Object.values(STORES).map(({ module }) => module).sort())
})

for (const [type, { fresh, skip }] of Object.entries(STORES)) {
  if (skip === undefined) conform({ name: `${type}, opened for a task`, again: true, open: () => openStore(fresh(), s3?.env ?? {}) })
  else test(`${type}, opened for a task`, { skip }, () => undefined)
}

test('a store without its path or its bucket is InvalidTask', async () => {
  for (const store of [{ type: 'directory' }, { type: 's3', prefix: 'p' }] as const) await assert.rejects(openStore(store, {}), { name: 'UserError', reason: 'InvalidTask' })
})
