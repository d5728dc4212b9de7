import assert from 'node:assert/strict'
import { test } from 'node:test'
import { moverJob, type MoverJobOptions } from '../../../hooks/jobs/mover-job.ts'
import { matchesGolden } from './golden.ts'
import { custom, jobOptions, repositories, restoring } from './samples.ts'

interface Spec {
  spec: { template: { metadata: { labels: object }; spec: PodSpec } & object } & Record<string, unknown>
}

interface PodSpec {
  automountServiceAccountToken?: boolean
  serviceAccountName?: string
  initContainers?: Container[]
  containers: Container[]
  volumes: { name: string }[]
  securityContext: Record<string, unknown>
}

interface Container {
  name: string
  command?: string[]
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { optional?: boolean } } }[]
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[]
  securityContext: { privileged?: boolean; allowPrivilegeEscalation?: boolean; capabilities: { drop: string[]; add?: string[] } }
}

const goldens: Record<string, MoverJobOptions> = {
  's3': jobOptions(repositories.s3),
  'pvc': jobOptions(repositories.pvc, { node: { name: 'node-1', tolerations: [{ key: 'db', operator: 'Exists' }] } }),
  'nfs': jobOptions(repositories.nfs, { resticPassword: 'none' }, { strategy: 'tar', compression: 'gzip' }),
  'user': jobOptions(repositories.s3, { mover: { runAs: 'user', backoffLimit: 0, timeoutSeconds: 60, resources: { limits: { memory: '1Gi' } } } }),
  'user-restore': jobOptions(repositories.s3, { mover: { runAs: 'user' }, claim: restoring }, { operation: 'restore', handle: 'abc' }),
  'root-restore': jobOptions(repositories.s3, { claim: restoring }, { operation: 'restore', handle: 'abc' }),
  'custom-backup': jobOptions(repositories.s3, { custom, resticPassword: 'none' }, { strategy: 'custom' }),
  'custom-restore': jobOptions(repositories.s3, { custom, resticPassword: 'none', claim: restoring }, { operation: 'restore', strategy: 'custom' }),
  'check': jobOptions(repositories.s3, { claim: undefined, resticPassword: 'optional' }, { operation: 'check' }),
}

for (const [name, options] of Object.entries(goldens)) {
  test(`the Job for ${name} is as recorded`, () => {
    matchesGolden(moverJob(options), new URL(`./golden/${name}.json`, import.meta.url))
  })
}

test('the chart\'s word stands where the record has none: a check has no record', () => {
  const moverDefaults = { runAs: 'user', resources: { limits: { cpu: '1' } } } as const
  const of = (options: MoverJobOptions) => {
    const { spec } = (moverJob({ ...options, settings: { ...options.settings, moverDefaults } }) as unknown as Spec).spec.template
    return [(spec.containers[0] as { resources?: object } | undefined)?.resources, spec.securityContext.runAsNonRoot]
  }
  assert.deepEqual(of(jobOptions(repositories.nfs, { claim: undefined, mover: { backoffLimit: 1 } }, { operation: 'check' })), [{ limits: { cpu: '1' } }, true])
  assert.deepEqual(of(jobOptions(repositories.nfs, { mover: { runAs: 'root', resources: { limits: { memory: '1Gi' } } } })), [{ limits: { memory: '1Gi' } }, undefined])
})

test('the same options give the same bytes', () => {
  assert.equal(JSON.stringify(moverJob(goldens.s3!)), JSON.stringify(moverJob(structuredClone(goldens.s3!))))
})

test('a pod may never restart its containers: podFailurePolicy needs it', () => {
  for (const options of Object.values(goldens)) {
    const job = moverJob(options) as unknown as Spec
    assert.equal((job.spec.template.spec as unknown as { restartPolicy: string }).restartPolicy, 'Never')
  }
})

for (const [operation, timeoutSeconds, expected] of [['backup', 60, 60], ['delete', 60, 3600], ['delete', 7200, 7200], ['delete', undefined, 86_400]] as const) {
  test(`a ${operation} Job with timeoutSeconds ${timeoutSeconds} may take ${expected} s, and so may its pod`, () => {
    const { spec } = moverJob(jobOptions(repositories.s3, { claim: undefined, mover: { timeoutSeconds } }, { operation })) as unknown as { spec: { activeDeadlineSeconds: number; template: { spec: { activeDeadlineSeconds: number } } } }
    assert.deepEqual([spec.activeDeadlineSeconds, spec.template.spec.activeDeadlineSeconds], [expected, expected])
  })
}

test('no option puts a secret value into the Job', () => {
  const text = JSON.stringify(Object.values(goldens).map((options) => moverJob(options)))
  assert.doesNotMatch(text, /"name":"(AWS_\w+|RESTIC_PASSWORD|PGPASSWORD)","value"/)
})

test('a custom restore without restoreCommand has one container, with the volume', () => {
  const { command } = custom.spec
  const pod = podOf(jobOptions(repositories.s3, { custom: { image: 'a', spec: { command } }, claim: restoring }, { operation: 'restore' }))
  assert.equal(pod.initContainers, undefined)
  assert.ok(pod.containers[0]?.volumeMounts.some(({ mountPath }) => mountPath === '/volumes/data'))
})

test('of a custom pod only the user\'s container sees the data volume, and a backup only reads it', () => {
  const pod = podOf(goldens['custom-backup']!)
  assert.ok(!pod.containers[0]?.volumeMounts.some(({ name }) => name === 'data'))
  assert.deepEqual(pod.initContainers?.[1]?.volumeMounts.find(({ name }) => name === 'data'), { name: 'data', mountPath: '/data', readOnly: true })
})

for (const name of ['s3', 'pvc', 'nfs', 'user', 'custom-backup']) {
  test(`the backup ${name} mounts the volume read-only wherever it does, and has no way round that`, () => {
    const pod = podOf(goldens[name]!)
    const containers = [...pod.initContainers ?? [], ...pod.containers]
    const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts.filter(mount => mount.name === 'data'))
    assert.deepEqual(mounts.map(({ readOnly }) => readOnly), [true])
    for (const { securityContext } of containers) {
      assert.deepEqual([securityContext.privileged ?? false, securityContext.allowPrivilegeEscalation, securityContext.capabilities.drop], [false, false, ['ALL']])
      assert.deepEqual((securityContext.capabilities.add ?? []).filter(capability => capability !== 'DAC_OVERRIDE'), [])
    }
  })
}

test('the mover of a custom restore may look at the volume, and not write', () => {
  const pod = podOf(goldens['custom-restore']!)
  assert.deepEqual(pod.containers[0]?.volumeMounts.find(({ name }) => name === 'data'), { name: 'data', mountPath: '/volumes/data', readOnly: true })
  assert.deepEqual(pod.initContainers?.[1]?.volumeMounts.find(({ name }) => name === 'data'), { name: 'data', mountPath: '/data' })
})

for (const [name, options] of Object.entries(goldens)) {
  test(`the pod for ${name} has no identity of its own: no account, and nothing that mounts a token`, () => {
    const pod = podOf(options)
    assert.deepEqual([pod.automountServiceAccountToken, pod.serviceAccountName], [false, undefined])
    assert.deepEqual(pod.volumes.filter(volume => 'projected' in volume || 'secret' in volume), [])
  })
}

test('nothing that backs up sets fsGroup: kubelet would change the ownership of the user\'s files', () => {
  for (const name of ['s3', 'pvc', 'nfs', 'user', 'custom-backup']) assert.equal(podOf(goldens[name]!).securityContext.fsGroup, undefined)
})

test('a task with only an object store needs no root', () => {
  assert.equal(podOf(goldens.check!).securityContext.runAsNonRoot, true)
})

test('a dollar in a task reaches the mover as it is', () => {
  const pod = podOf(jobOptions(repositories.s3, {}, { handle: '$(HOME) $$ $x' }))
  const value = pod.containers[0]?.env.find(({ name }) => name === 'HOLDFAST_TASK')?.value ?? ''
  assert.equal(JSON.parse(value.replaceAll('$$', '$')).handle, '$(HOME) $$ $x')
  assert.doesNotMatch(value.replaceAll('$$', ''), /\$/)
})

function podOf(options: MoverJobOptions): PodSpec {
  return (moverJob(options) as unknown as Spec).spec.template.spec
}
