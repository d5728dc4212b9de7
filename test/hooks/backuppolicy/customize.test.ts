import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { customize } from '../../../hooks/backuppolicy/customize.ts'
import { policy } from '../../lib/backups.ts'

const backups = { apiVersion: 'holdfast.dev/v1alpha1', resource: 'backups', namespace: 'shop', labelSelector: { matchLabels: { 'holdfast.dev/policy': 'nightly' } } }
const claims = { apiVersion: 'v1', resource: 'persistentvolumeclaims', namespace: 'shop', labelSelector: {} }
const resources = (...args: Parameters<typeof policy>) => customize(policy(...args)).map(({ resource }) => resource)

describe('customize', () => {
  it('asks for own Backups and selected claims of the own namespace', () => {
    assert.deepEqual(customize(policy({ spec: { strategy: 'snapshot', destination: undefined } })), [backups, claims])
  })
  it('asks for the repository of an inline destination by name', () => {
    const [, , repository] = customize(policy())
    assert.equal(repository?.namespace, 'shop')
    assert.match(repository?.names?.join() ?? '', /^dest-[0-9a-f]{8}$/)
  })
  it('asks for a named repository', () => {
    assert.deepEqual(customize(policy({ spec: { destination: undefined, repositoryRef: { name: 'mine' } } }))[2]?.names, ['mine'])
  })
  it('asks for a cluster repository and its projection', () => {
    const rules = customize(policy({ spec: { destination: undefined, repositoryRef: { kind: 'ClusterBackupRepository', name: 'company' } } }))
    assert.deepEqual(rules.slice(2).map(({ resource, names, namespace }) => [resource, names, namespace]), [
      ['backuprepositories', ['cluster-company'], 'shop'], ['clusterbackuprepositories', ['company'], undefined],
    ])
  })
  it('leaves out a selector that Kubernetes would refuse', () => {
    assert.deepEqual(resources({ spec: { selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } } }), ['backups', 'backuprepositories'])
  })
  it('cuts a policy name that is no label value', () => {
    const [own] = customize(policy({ metadata: { name: 'p'.repeat(253) } }))
    assert.ok(JSON.stringify(own?.labelSelector).length < 110)
  })
  it('follows from the spec alone', () => {
    assert.deepEqual(customize(policy({ status: { observedGeneration: 7 }, metadata: { annotations: { a: 'b' }, resourceVersion: '9' } })), customize(policy()))
  })
})
