import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { load } from 'js-yaml'
import { unavailable } from '../metacontroller/api-server.ts'
import { runProcess } from '../plugin/run-cli.ts'
import { CHART, find, helm, pods, render, SNAPSHOT_API, VALUES } from './render.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

const skip = unavailable('the chart')

describe('chart', { skip }, () => {
  const rendered = new Map<string, readonly KubeObject[]>()
  before(async () => {
    for (const [name, options] of Object.entries(VALUES)) rendered.set(name, await render(options))
  })
  const each = (check: (objects: readonly KubeObject[], name: string) => void) => rendered.forEach(check)

  it('passes helm lint', async () => {
    assert.match(await helm(['lint', '--strict', CHART]), /0 chart\(s\) failed/)
  })

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(`${CHART}/../../package.json`, 'utf8')) as { version: string }
    const chart = load(readFileSync(`${CHART}/Chart.yaml`, 'utf8')) as { version: string; appVersion: string }
    assert.deepEqual([chart.version, String(chart.appVersion)], [version, version])
  })

  it('makes no object twice', () => each((objects, name) => {
    const keys = objects.map(object => `${object.kind}/${object.metadata.name}`)
    assert.deepEqual(keys.filter((key, index) => keys.indexOf(key) !== index), [], name)
  }))

  it('puts everything into the namespace of the release', async () => {
    const objects = await render({ namespace: 'elsewhere', apiVersions: [SNAPSHOT_API] })
    const namespaces = new Set(objects.map(object => object.metadata.namespace).filter(namespace => namespace !== undefined))
    assert.deepEqual([...namespaces], ['elsewhere'])
    assert.doesNotMatch(JSON.stringify(objects.filter(object => object.kind !== 'CustomResourceDefinition')), /holdfast-system/)
  })

  it('keeps the definitions of our kinds on uninstall, and upgrades them', () => {
    const crds = rendered.get('defaults')?.filter(object => object.kind === 'CustomResourceDefinition' && object.metadata.name.endsWith('.holdfast.dev')) ?? []
    assert.equal(crds.length, 5)
    for (const crd of crds) assert.equal(crd.metadata.annotations?.['helm.sh/resource-policy'], 'keep')
  })

  it('has Metacontroller\'s definitions where Helm puts them in before the controllers', () => {
    const names = rendered.get('defaults')?.filter(object => object.metadata.name.endsWith('.metacontroller.k8s.io')).map(object => object.metadata.name)
    assert.deepEqual(names?.sort(), ['compositecontrollers', 'controllerrevisions', 'decoratorcontrollers'].map(name => `${name}.metacontroller.k8s.io`))
  })

  it('declares VolumeSnapshots as children only where the cluster has them', async () => {
    const children = async (options: Parameters<typeof render>[0]) => {
      const { spec } = find(await render(options), 'CompositeController', 'holdfast-backup') as unknown as { spec: { childResources: readonly { resource: string }[] } }
      return spec.childResources.map(({ resource }) => resource)
    }
    assert.deepEqual(await children({}), ['jobs'])
    assert.deepEqual(await children({ apiVersions: [SNAPSHOT_API] }), ['jobs', 'volumesnapshots'])
    assert.deepEqual(await children({ values: { snapshots: { mode: 'enabled' } } }), ['jobs', 'volumesnapshots'])
    assert.deepEqual(await children({ apiVersions: [SNAPSHOT_API], values: { snapshots: { mode: 'disabled' } } }), ['jobs'])
  })

  it('labels its controllers as the Metacontroller it installs selects them', () => each((objects, name) => {
    const controllers = objects.filter(object => object.kind === 'CompositeController')
    assert.equal(controllers.length, 5, name)
    for (const controller of controllers) assert.equal(controller.metadata.labels?.['app.kubernetes.io/part-of'], 'holdfast')
    const args = (pods(objects)['Deployment/holdfast-metacontroller']?.containers[0]?.args ?? []) as readonly string[]
    if (args.length > 0) assert.ok(args.includes('--target-label-selector=app.kubernetes.io/part-of=holdfast'))
  }))

  it('installs no Metacontroller where the cluster has one, and admits calls from its namespace', () => {
    const objects = rendered.get('the cluster\'s own Metacontroller') ?? []
    assert.equal(pods(objects)['Deployment/holdfast-metacontroller'], undefined)
    const policy = find(objects, 'NetworkPolicy', 'holdfast-hooks').spec as { ingress: readonly { from: readonly object[] }[] }
    assert.deepEqual(policy.ingress[0]?.from[0], { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'mc' } } })
    assert.deepEqual(find(objects, 'ClusterRoleBinding', 'holdfast-controllers').subjects, [{ kind: 'ServiceAccount', name: 'mc', namespace: 'mc' }])
    assert.equal(find(objects, 'CompositeController', 'holdfast-backup').metadata.labels?.shard, 'one')
  })

  it('admits calls to the hooks from Metacontroller and the chart\'s test alone', () => {
    const policy = find(rendered.get('defaults') ?? [], 'NetworkPolicy', 'holdfast-hooks').spec as { ingress: readonly { from: readonly { podSelector: { matchLabels: Record<string, string> } }[] }[] }
    assert.deepEqual(policy.ingress.map(({ from }) => from.map(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/component'])), [['metacontroller', 'test']])
  })

  it('admits whoever is to read the metrics, and nobody else', () => {
    const policy = find(rendered.get('everything set') ?? [], 'NetworkPolicy', 'holdfast-hooks').spec as { ingress: readonly { from: readonly object[]; ports: readonly object[] }[] }
    const monitoring = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }
    assert.deepEqual(policy.ingress.slice(1), [{ from: [monitoring], ports: [{ port: 'http', protocol: 'TCP' }] }])
  })

  it('gives the hooks their images, token and place', () => {
    const objects = rendered.get('everything set') ?? []
    const hooks = pods(objects)['Deployment/holdfast-hooks']
    const env = Object.fromEntries((hooks?.containers[0]?.env as readonly { name: string; value: string }[]).map(({ name, value }) => [name, value]))
    assert.deepEqual(env, { PORT: '8080', HOLDFAST_TOKEN_FILE: '/etc/holdfast/token', HOLDFAST_MOVER_IMAGE: 'registry.example/mover:2', HOLDFAST_IMAGE_PULL_POLICY: 'Always', HOLDFAST_MOVER_DEFAULTS: '{"resources":{"limits":{"cpu":1}},"runAs":"user"}', LOG_LEVEL: 'debug' })
    assert.equal(hooks?.containers[0]?.image, 'registry.example/hooks:1')
    assert.deepEqual([hooks?.nodeSelector, hooks?.tolerations, hooks?.priorityClassName, hooks?.imagePullSecrets], [{ pool: 'c' }, [{ key: 'd', operator: 'Exists' }], 'high', [{ name: 'pull' }]])
  })

  it('says nothing of movers where the values say nothing', () => {
    const env = pods(rendered.get('defaults') ?? [])['Deployment/holdfast-hooks']?.containers[0]?.env as readonly { name: string }[]
    assert.equal(env.some(({ name }) => name === 'HOLDFAST_MOVER_DEFAULTS'), false)
  })

  it('has a disruption budget where there is more than one replica', () => {
    const budgets = (name: string) => rendered.get(name)?.filter(object => object.kind === 'PodDisruptionBudget').map(object => object.metadata.name)
    assert.deepEqual(budgets('defaults'), ['holdfast-hooks'])
    assert.deepEqual(budgets('everything set')?.sort(), ['holdfast-hooks', 'holdfast-metacontroller'])
    assert.deepEqual(budgets('as little as possible'), [])
  })

  it('ends with three next commands, of which that for a policy is one', async () => {
    for (const mode of ['enabled', 'disabled']) {
      const notes = (await helm(['install', 'holdfast', CHART, '--dry-run=client', '--namespace', 'here', '--set', `snapshots.mode=${mode}`])).split('NOTES:')[1] ?? ''
      assert.deepEqual(notes.match(/^ {2}\d\./gm), ['  1.', '  2.', '  3.'])
      assert.match(notes, /helm test holdfast -n here/)
      const line = /kubectl backup (policy create .*)/.exec(notes)?.[1] ?? assert.fail(notes)
      const words = line.replaceAll(/\b(NAMESPACE|SECRET|BUCKET|PREFIX)\b/g, word => word.toLowerCase()).match(/'[^']*'|\S+/g)?.map(word => word.replaceAll('\'', '')) ?? []
      const { code, stdout, stderr } = await runProcess([...words, '--dry-run=client'])
      assert.equal(code, 0, `${line}: ${stderr}`)
      assert.match(stdout, /kind: BackupPolicy\n.*schedule: 0 3 \* \* \*/s)
    }
  })

  it('makes a new token for each install, long enough to be no guess', async () => {
    const token = async () => Buffer.from((find(await render(), 'Secret', 'holdfast-hooks-token').data as { token: string }).token, 'base64').toString()
    const [first, second] = [await token(), await token()]
    assert.match(first, /^\w{48}$/)
    assert.notEqual(first, second)
  })

  it('uses a Secret that is there, and makes none then', () => {
    const [own, made] = ['everything set', 'defaults'].map(name => rendered.get(name) ?? [])
    assert.deepEqual([tokenSecrets(own), tokenSecrets(made)], [['own-token'], ['holdfast-hooks-token']])
    assert.deepEqual([own, made].map(objects => objects?.filter(({ kind }) => kind === 'Secret').length), [0, 1])
    assert.doesNotMatch(JSON.stringify(own), /holdfast-hooks-token/)
  })

  it('finds the Secret whatever its name and namespace have in common', async () => {
    const objects = await render({ namespace: 'backups', values: { hooks: { tokenSecret: 'holdfast-system' } } })
    assert.deepEqual(tokenSecrets(objects), ['holdfast-system'])
  })

  it('quotes a name that could be a number', async () => {
    assert.deepEqual(tokenSecrets(await render({ values: { hooks: { tokenSecret: '007' } } })), ['007'])
  })
})

/** Names of the Secrets that the hooks and Metacontroller take the token from, each once. */
function tokenSecrets(objects: readonly KubeObject[] = []): readonly string[] {
  const volumes = pods(objects)['Deployment/holdfast-hooks']?.volumes as readonly { secret?: { secretName: string } }[]
  const controllers = objects.filter(({ kind }) => kind === 'CompositeController') as unknown as readonly { spec: { endpointConfigs: readonly { authorization: { secretRef: { name: string } } }[] } }[]
  const shown = controllers.flatMap(({ spec }) => spec.endpointConfigs.map(({ authorization }) => authorization.secretRef.name))
  assert.equal(shown.length, 5)
  return [...new Set([...volumes.flatMap(({ secret }) => secret?.secretName ?? []), ...shown])]
}
