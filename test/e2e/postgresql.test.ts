import assert from 'node:assert/strict'
import test from 'node:test'
import { CLAIM, databaseObjects, databaseReady, sql } from '../demo/database.ts'
import { policy } from './kit/objects.ts'
import { sandbox } from './kit/sandbox.ts'

test('the quick start: insert, back up, drop the table, restore, query', async t => {
  const box = await sandbox(t, 'postgresql')
  await box.apply(...databaseObjects('holdfast-wait'))
  await databaseReady(box.namespace)
  await sql(box.namespace, "create table users (id serial primary key, name text); insert into users (name) values ('Alice'), ('Bob'), ('Charlie'); checkpoint")
  await box.apply(policy('postgres-backup', { strategy: 'snapshot', selector: { matchLabels: { app: 'postgres' } } }))
  const made = await box.backup('run', 'postgres-backup', '--wait', '-o', 'name')
  assert.equal(made.code, 0, made.stderr)
  await sql(box.namespace, 'drop table users')
  await box.kubectl('scale', 'statefulset', 'postgres', '--replicas=0')
  await box.kubectl('wait', 'pod/postgres-0', '--for=delete', '--timeout=60s')
  await box.kubectl('delete', 'pvc', CLAIM)
  const back = await box.backup('restore', made.stdout.trim().split('/').pop() ?? '', '--volume', CLAIM, '--wait')
  assert.equal(back.code, 0, back.stderr)
  await box.kubectl('scale', 'statefulset', 'postgres', '--replicas=1')
  await databaseReady(box.namespace)
  assert.equal(await sql(box.namespace, 'select string_agg(name, \',\' order by id) from users'), 'Alice,Bob,Charlie')
})
