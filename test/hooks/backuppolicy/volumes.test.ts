import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { selectVolumes } from '../../../hooks/backuppolicy/volumes.ts'
import { policy } from '../../lib/backups.ts'
import { claim, viewIn, type World } from './request.ts'

const select = (world: World) => selectVolumes(viewIn(world))

describe('selectVolumes', () => {
  const cases: [string, World['claims'], string[], string[]][] = [
    ['takes bound claims in order', [claim('b'), claim('a')], ['a', 'b'], []],
    ['leaves out a claim that is going', [claim('a'), claim('b', { deletionTimestamp: '2026-11-21T00:00:00Z' })], ['a'], ['1 being deleted']],
    ['leaves out temporary claims of restores', [claim('a'), claim('t', { labels: { 'holdfast.dev/role': 'temporary' } })], ['a'], ['1 temporary, made by a restore']],
    ['leaves out whatever else we made', [claim('a'), claim('t', { labels: { 'app.kubernetes.io/managed-by': 'holdfast' } })], ['a'], ['1 temporary, made by a restore']],
    ['leaves out the claim that a restore is filling', [claim('t', { labels: { 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/role': 'restore' } })], [], ['1 temporary, made by a restore']],
    ['takes a claim that a restore has handed over', [claim('r', { labels: { 'holdfast.dev/restore': 'r' }, annotations: { 'holdfast.dev/restored-by': 'shop/r' } })], ['r'], []],
    ['takes a claim that a restore has published', [claim('r', { labels: { 'app.kubernetes.io/managed-by': 'holdfast' }, annotations: { 'holdfast.dev/restored-by': 'shop/r' } })], ['r'], []],
    ['leaves out a temporary claim even when it names its restore', [claim('t', { labels: { 'holdfast.dev/role': 'temporary' }, annotations: { 'holdfast.dev/restored-by': 'shop/r' } })], [], ['1 temporary, made by a restore']],
    ['takes a claim that Helm manages', [claim('h', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } })], ['h'], []],
    ['leaves out its own destination', [claim('a'), claim('backups')], ['a'], ['1 the destination itself']],
    ['leaves out claims that no pod has used yet', [claim('a'), claim('w', { phase: 'Pending' }), claim('x', { phase: '' })], ['a'], ['2 not bound yet, so without data']],
    ['keeps a claim that lost its volume, so that its run fails visibly', [claim('l', { phase: 'Lost' })], ['l'], []],
    ['counts each claim once', [claim('backups', { phase: 'Pending', deletionTimestamp: '2026-11-21T00:00:00Z' })], [], ['1 being deleted']],
  ]
  for (const [sentence, claims, names, skipped] of cases) it(sentence, () => assert.deepEqual(select({ claims }), { names, skipped }))

  it('leaves out the claim of a named repository', () => {
    const byName = policy({ spec: { destination: undefined, repositoryRef: { name: 'mine' } } })
    const mine = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupRepository', metadata: { name: 'mine', namespace: 'shop' }, spec: { type: 'pvc' as const, url: 'pvc://vault/sub' } }
    assert.deepEqual(select({ policy: byName, repositories: [mine], claims: [claim('a'), claim('vault')] }).names, ['a'])
  })
  it('takes a claim named like a destination elsewhere', () => {
    const s3 = policy({ spec: { destination: { type: 's3', url: 's3://backups/x', credentialsSecret: 'k' } } })
    assert.deepEqual(select({ policy: s3, claims: [claim('backups')] }).names, ['backups'])
  })
})
