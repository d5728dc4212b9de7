import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startApiServer, unavailable, type ApiServer } from '../metacontroller/api-server.ts'
import { pods, render, SNAPSHOT_API, VALUES } from './render.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const skip = unavailable('the chart against an API server')

/** What a real API server says to the chart's objects: unknown fields, wrong types and Pod Security are found only there. */
describe('chart and API server', { skip }, () => {
  let api: ApiServer
  before(async () => {
    api = await startApiServer()
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    for (const name of ['holdfast-system', 'backups']) await api.client.call('POST', '/api/v1/namespaces', { metadata: { name, labels } })
    await api.client.call('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name: 'high' }, value: 1 })
    await defineKinds(api, await render({ apiVersions: [SNAPSHOT_API] }))
  })
  after(() => api.stop())

  for (const [name, options] of Object.entries(VALUES)) {
    it(`it takes every object as it is written: ${name}`, async () => {
      for (const object of await render(options)) {
        if (object.kind === 'CustomResourceDefinition') continue
        await api.client.call('POST', `${await collection(api, object)}?dryRun=All&fieldValidation=Strict`, object).catch((error: unknown) => {
          throw new Error(`${object.kind} ${object.metadata.name}: ${error instanceof Error ? error.message : String(error)}`)
        })
      }
    })

    it(`it admits every pod where Pod Security is restricted: ${name}`, async () => {
      for (const [of, spec] of Object.entries(pods(await render(options)))) {
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'try' }, spec: { ...spec, restartPolicy: undefined } }
        await api.client.call('POST', `/api/v1/namespaces/${options.namespace ?? 'holdfast-system'}/pods?dryRun=All`, pod).catch((error: unknown) => assert.fail(`${of}: ${String(error)}`))
      }
    })
  }

  for (const [job, isAdmitted] of [['user', true], ['user-restore', true], ['check', true], ['root-restore', false], ['nfs', false]] as const) {
    it(`a mover where Pod Security is restricted: ${job} is ${isAdmitted ? 'admitted' : 'refused, for it runs as root'}`, async () => {
      const { spec } = JSON.parse(readFileSync(new URL(`../hooks/jobs/golden/${job}.json`, import.meta.url), 'utf8')) as { readonly spec: { readonly template: { readonly spec: object } } }
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'try' }, spec: spec.template.spec }
      const asked = api.client.call('POST', '/api/v1/namespaces/backups/pods?dryRun=All&fieldValidation=Strict', pod)
      if (isAdmitted) await asked
      else await assert.rejects(asked, /violates PodSecurity "restricted/)
    })
  }

  it('refuses a pod there that is not (so the check above can fail)', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'try' }, spec: { containers: [{ name: 'c', image: 'c' }] } }
    await assert.rejects(api.client.call('POST', '/api/v1/namespaces/holdfast-system/pods?dryRun=All', pod), /violates PodSecurity "restricted/)
  })

  it('every container has a read-only root and says what it needs; only those that speak to the API server carry a token', async () => {
    for (const [of, spec] of Object.entries(pods(await render()))) {
      for (const container of spec.containers) {
        assert.equal((container.securityContext as { readOnlyRootFilesystem?: boolean }).readOnlyRootFilesystem, true, of)
        const { requests, limits } = container.resources as { requests?: Record<string, string>; limits?: Record<string, string> }
        assert.ok(requests?.cpu && requests.memory && limits?.memory, of)
      }
      assert.equal(spec.serviceAccountName === undefined, spec.automountServiceAccountToken === false, of)
    }
  })
})

async function defineKinds(api: ApiServer, objects: readonly KubeObject[]): Promise<void> {
  const crds = objects.filter(object => object.kind === 'CustomResourceDefinition')
  for (const crd of crds) await api.client.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Strict', crd)
  for (let tries = 0; tries < 200; tries++) {
    const found = await api.client.call('GET', '/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers').then(() => true, () => false)
    if (found) return
    await sleep(50)
  }
}

async function collection(api: ApiServer, object: KubeObject): Promise<string> {
  const root = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`
  const { resources } = await api.client.call<{ resources: readonly { name: string; kind: string; namespaced: boolean }[] }>('GET', root)
  const found = resources.find(({ kind, name }) => kind === object.kind && !name.includes('/')) ?? assert.fail(`no resource for ${object.kind}`)
  return found.namespaced ? `${root}/namespaces/${object.metadata.namespace}/${found.name}` : `${root}/${found.name}`
}
