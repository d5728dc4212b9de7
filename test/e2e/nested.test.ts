import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { API_VERSION } from '../../lib/api.ts'
import { sweepArchives } from '../../mover/archive/delete.ts'
import { s3Store } from '../../mover/stores/s3.ts'
import type { Destination } from '../../schemas/generated/types.ts'
import { aged } from './faults/swept.ts'
import { getObject } from './kit/api.ts'
import { kubectl, until } from './kit/kubectl.ts'
import { claim, restore } from './kit/objects.ts'
import { inNamespace, sandbox, type Sandbox } from './kit/sandbox.ts'
import { s3Destination, storedObjects } from './kit/store.ts'

/** A namespace and its place in the store, `<url>/<namespace>/`. */
interface Tenant {
  readonly box: Sandbox
  readonly destination: Destination
}

const backup = (name: string, strategy: 'tar' | 'external', volume: string): object =>
  ({ apiVersion: API_VERSION, kind: 'Backup', metadata: { name }, spec: { strategy, volumes: [volume], repositoryRef: { name: 'vault' } } })
const placeOf = ({ box, destination }: Tenant): string => `${destination.url}/${box.namespace}`

/**
 * A namespace that is called as a folder within another's place, and whose destination is that place: what it stores lies where the other
 * lists, prunes and deletes. Each does all that it may, and takes nothing of the other.
 */
test('a namespace called archive, restic or probe-… inside the place of another: neither touches what is the other\'s', async t => {
  const box = await sandbox(t, 'outer')
  const outer: Tenant = { box, destination: await s3Destination(box) }
  const names = ['archive', 'restic', `probe-${randomBytes(3).toString('hex')}`]
  const inner = await Promise.all(names.map(async name => innerTenant(t, outer, name)))
  await filled(outer, ['data', 'archive', 'restic'])
  await Promise.all(inner.map(tenant => filled(tenant, ['data'])))
  // Names under which data of the outer one would be a folder of an inner one.
  const traps = [['data', 'archive'], ['keys', 'restic'], ['snapshots', 'restic'], ['data-1', 'restic']] as const
  await box.apply(...traps.map(([name, volume]) => backup(name, 'tar', volume)))
  for (const [name] of traps) await box.backupIn('Completed', name)

  const own = traps.flatMap(([name, volume]) => ['data.tar.zst', 'manifest.json'].map(file => `${box.namespace}/archive/${volume}/${name}/${file}`))
  const theirsNow = () => Promise.all(inner.map(async tenant => (await keysOf(outer, placeOf(tenant))).filter(key => !own.some(end => key.endsWith(`/${end}`)))))
  const theirs = await theirsNow()
  for (const keys of theirs) assert.ok(keys.some(key => /\/archive\/data\/tar\/manifest\.json$/.test(key)) && keys.some(key => key.endsWith('/restic/config')), keys.join('\n'))
  await sweptAt(outer, new Set(theirs.flat()))
  for (const [name] of traps) await deleted(box, name)
  assert.deepEqual(await theirsNow(), theirs, 'the outer namespace took something of an inner one')

  const before = (await keysOf(outer, placeOf(outer))).filter(key => !theirs.flat().includes(key))
  for (const tenant of inner) {
    await sweptAt(tenant, new Set(before))
    await tenant.box.apply(backup('extra', 'tar', 'data'))
    await tenant.box.backupIn('Completed', 'extra')
    await deleted(tenant.box, 'extra')
  }
  const after = (await keysOf(outer, placeOf(outer))).filter(key => !theirs.flat().includes(key))
  assert.deepEqual(before.filter(key => !after.includes(key)), [], 'an inner namespace took something of the outer one')
  for (const tenant of [outer, ...inner]) await restores(tenant)
})

async function innerTenant(t: TestContext, outer: Tenant, name: string): Promise<Tenant> {
  await kubectl(['create', 'namespace', name])
  t.after(async () => {
    await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found'])
    await until(`namespace ${name} to be gone`, async () => await getObject('namespace', name) === undefined, 180)
  })
  const box = inNamespace(name, outer.box.environment)
  return { box, destination: { ...await s3Destination(box), url: placeOf(outer) } }
}

/** Claims, a repository, and a point of each strategy of the first claim. */
async function filled({ box, destination }: Tenant, claims: readonly string[]): Promise<void> {
  await box.apply(...claims.map(name => claim(name)), { apiVersion: API_VERSION, kind: 'BackupRepository', metadata: { name: 'vault' }, spec: destination })
  await box.run(claims.map(name => `echo of ${box.namespace} > /volumes/${name}/value; sync`).join('\n'), ...claims)
  await box.apply(backup('tar', 'tar', 'data'), backup('external', 'external', 'data'))
  for (const name of ['tar', 'external']) await box.backupIn('Completed', name)
}

/** Keys below a place, from the top of the outer one's. */
async function keysOf({ box, destination }: Tenant, place: string): Promise<readonly string[]> {
  const keys = (await storedObjects(box, { ...destination, url: `${place}/` })).map(({ key }) => key)
  return keys.filter(key => !key.includes('/restic/locks/')).toSorted()
}

/** What a prune job does with archives, on the day on which these objects are nine days old. `keys` are whole ones. */
async function sweptAt(tenant: Tenant, keys: ReadonlySet<string>): Promise<void> {
  const { accessKey, secretKey, bucket, endpointOnHost } = tenant.box.environment.store
  const prefix = placeOf(tenant).slice(`s3://${bucket}/`.length)
  const store = await s3Store({ bucket, prefix, endpoint: endpointOnHost, env: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } })
  await sweepArchives(aged(store, new Set([...keys].map(key => key.slice(prefix.length + 1)))), new Date())
}

async function deleted(box: Sandbox, name: string): Promise<void> {
  const outcome = await box.backup('delete', name, '--yes', '--wait')
  assert.equal(outcome.code, 0, outcome.stderr)
}

async function restores({ box }: Tenant): Promise<void> {
  for (const name of ['tar', 'external']) {
    await box.apply(restore(name, { backup: name, volumes: [{ source: 'data', target: `back-${name}` }] }))
    await box.restoreIn('Completed', name)
    assert.equal(await box.run(`cat /volumes/back-${name}/value`, `back-${name}`), `of ${box.namespace}\n`)
  }
}
