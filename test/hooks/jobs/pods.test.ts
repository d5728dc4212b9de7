import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPods } from '../../../hooks/jobs/pods.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'

const pod = (name: string, owner?: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...(owner && { ownerReferences: [{ uid: owner }] }) } }) as unknown as KubeObject
const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job', uid: 'new' } } as KubeObject

test('pods that a namesake of the Job has left behind do not speak for it', () => {
  assert.deepEqual(ownPods(job, [pod('a', 'new'), pod('b', 'old'), pod('c')]).map(({ metadata }) => metadata.name), ['a', 'c'])
})
