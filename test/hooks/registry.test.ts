import assert from 'node:assert/strict'
import test from 'node:test'
import { REGISTRY } from '../../hooks/registry.ts'
import { SCHEMAS } from '../../schemas/generated/schemas.ts'

test('the list of hooks is closed', () => {
  assert.deepEqual([...REGISTRY.keys()], ['backuppolicy', 'backup', 'restore', 'backuprepository', 'clusterbackuprepository'])
})

for (const [url, { hook, kind, children }] of REGISTRY) {
  test(`${url} has the kind and the schema of its URL, and names its children as hook v2 does`, () => {
    assert.equal(hook.kind, url)
    assert.equal(kind.toLowerCase(), url)
    assert.ok(kind in SCHEMAS)
    for (const group of [...children.always, ...children.sometimes]) assert.match(group, /^[A-Z][A-Za-z]+\.([a-z0-9.]+\/)?v1$/)
  })
}
