import assert from 'node:assert/strict'
import test from 'node:test'
import { brokenDestination, brokenRule } from '../../../../hooks/backuprepository/rules/rules.ts'
import type { Destination } from '../../../../schemas/generated/types.ts'
import { disk, PVC, repository, requestOf, S3 } from '../samples.ts'

const destinations: readonly { says: string; spec: Destination; broken?: RegExp }[] = [
  { says: 's3 with a prefix', spec: S3 },
  { says: 's3 without one', spec: { ...S3, url: 's3://backups' } },
  { says: 's3 with the url of another type', spec: { ...S3, url: 'nfs://a/b' }, broken: /not of the form s3/ },
  { says: 's3 without a bucket', spec: { ...S3, url: 's3://' }, broken: /s3:\/\/bucket\/prefix/ },
  { says: 's3 without credentials', spec: { type: 's3', url: 's3://backups' }, broken: /needs credentialsSecret/ },
  { says: 's3 that climbs', spec: { ...S3, url: 's3://backups/a/../b' }, broken: /without \.\./ },
  { says: 'nfs', spec: { type: 'nfs', url: 'nfs://files/exports' } },
  { says: 'nfs without a path', spec: { type: 'nfs', url: 'nfs://files' }, broken: /nfs:\/\/server\/exported\/path/ },
  { says: 'nfs that climbs', spec: { type: 'nfs', url: 'nfs://files/..' }, broken: /without \.\./ },
  { says: 'pvc', spec: PVC },
  { says: 'pvc without a path', spec: { type: 'pvc', url: 'pvc://disk' } },
  { says: 'pvc without a claim', spec: { type: 'pvc', url: 'pvc://' }, broken: /pvc:\/\/claim-name/ },
  { says: 'pvc that climbs', spec: { type: 'pvc', url: 'pvc://disk/../other' }, broken: /without \.\./ },
]
for (const { says, spec, broken } of destinations) {
  test(`${says} is ${broken === undefined ? 'good' : 'refused'}`, () => {
    const found = brokenDestination(spec)
    assert.equal(found?.reason, broken === undefined ? undefined : 'InvalidDestination')
    if (broken !== undefined) assert.match(found?.message ?? '', broken)
  })
}

const claims = [
  { says: 'a claim that is there', claim: disk(), reason: undefined },
  { says: 'a claim that waits for its first user', claim: disk({ status: { phase: 'Pending' } }), reason: undefined },
  { says: 'no claim', claim: undefined, reason: 'VolumeNotFound' },
  { says: 'a claim that is being deleted', claim: disk({ deletionTimestamp: '2026-11-21T02:00:00Z' }), reason: 'VolumeNotFound' },
  { says: 'a claim that lost its volume', claim: disk({ status: { phase: 'Lost' } }), reason: 'VolumeNotBound' },
]
for (const { says, claim, reason } of claims) {
  test(`a pvc destination with ${says}: ${reason ?? 'good'}`, () => {
    const found = brokenRule(requestOf({ repository: repository(PVC), claim }))
    assert.equal(found?.reason, reason)
    if (reason !== undefined) assert.match(found?.message ?? '', /PersistentVolumeClaim disk.*; create it/)
  })
}

test('an s3 destination does not ask for a claim', () => assert.equal(brokenRule(requestOf({})), undefined))
