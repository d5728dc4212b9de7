import assert from 'node:assert/strict'
import test from 'node:test'
import { createEngine } from '../sim/engine.ts'
import { parseFlags } from './flags.ts'
import { applyUpdate, LAST_APPLIED, withLastApplied } from './merge.ts'
import { decode } from './response.ts'
import { matches, parseSelector, requireSelector, type LabelSelector } from './selector.ts'
import { queue } from './queue.ts'
import { retryAfter, timeoutOf, urlOf } from './webhook.ts'
import type { KubeObject } from '../../schemas/generated/types.ts'

test('a label selector reads as on the command line', () => {
  const labels = { app: 'a', tier: 'gold' }
  const table: readonly [string, boolean][] = [
    ['', true], ['app=a', true], ['app==a', true], ['app=b', false], ['app!=b', true], ['app!=a', false], ['app', true], ['!app', false], ['!other', true],
    ['tier in (gold, silver)', true], ['tier notin (gold)', false], ['app=a,tier in (gold,silver),!other', true], ['app=a,tier=silver', false],
  ]
  for (const [text, expected] of table) assert.equal(matches(parseSelector(text), labels), expected, text)
})

test('a selector is refused where Kubernetes makes none of it', () => {
  const sound: readonly LabelSelector[] = [
    {}, { matchLabels: { 'app.kubernetes.io/name': 'db', tier: '' } }, { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }, { key: 'c', operator: 'Exists' }] },
  ]
  for (const selector of [undefined, ...sound]) assert.doesNotThrow(() => requireSelector(selector))
  const refused: readonly LabelSelector[] = [
    { matchLabels: { policy: 'prod/nightly' } }, { matchLabels: { policy: 'a'.repeat(64) } }, { matchLabels: { 'a..b/c': 'd' } }, { matchLabels: { 'a/b/c': 'd' } }, { matchLabels: { '': 'd' } },
    { matchExpressions: [{ key: 'a', operator: 'In' }] }, { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }, { matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] },
    { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b', '-'] }] },
  ]
  for (const selector of refused) assert.throws(() => requireSelector(selector), JSON.stringify(selector))
})

test('a timeout is a Go duration, and ten seconds when it is absent or not positive', () => {
  const table: readonly [string | undefined, number][] = [['15s', 15_000], ['1m30s', 90_000], ['500ms', 500], ['1.5s', 1500], [undefined, 10_000], ['0s', 10_000], ['-3s', 10_000]]
  for (const [timeout, expected] of table) assert.equal(timeoutOf({ timeout }), expected, timeout)
})

test('Retry-After is seconds or a date; anything else means at once', () => {
  assert.deepEqual([retryAfter('5'), retryAfter(null), retryAfter('soon')], [5, 0, 0])
  const ahead = retryAfter(new Date(Date.now() + 60_000).toUTCString())
  assert.ok(ahead >= 59 && ahead <= 60)
})

test('a Service is called as name.namespace, on port 80 unless told otherwise', () => {
  const service = { name: 'hooks', namespace: 'system' }
  assert.equal(urlOf({ service, path: '/sync' }), 'http://hooks.system:80/sync')
  assert.equal(urlOf({ service: { ...service, port: 8443, protocol: 'https' }, path: '/sync' }), 'https://hooks.system:8443/sync')
  assert.throws(() => urlOf({ service }), /must specify either a full 'url'/)
})

test('flags are read in Go\'s forms, and unknown ones are refused', () => {
  assert.deepEqual(parseFlags(['--workers=7', '-leader-election', '--kubeconfig', '/k']), {
    kubeconfig: '/k', workers: 7, targetLabelSelector: { matchExpressions: [] }, healthProbeBindAddress: ':8081', metricsAddress: ':9999',
    leaderElection: true, leaderElectionNamespace: '', leaderElectionId: 'metacontroller',
  })
  assert.throws(() => parseFlags(['--wokers=7']), /wokers/)
  assert.throws(() => parseFlags(['--apply-strategy=server-side-apply']), /dynamic-apply/)
})

test('a null in a list of children goes through decoding; other wrong types do not', () => {
  assert.deepEqual(decode('{"children":[null]}', 'composite', true).children, [null])
  for (const text of ['[]', '"x"', '{"children":["x"]}', '{"status":[]}', '{"finalized":"yes"}', '{"attachments":[]}']) assert.throws(() => decode(text, 'composite', true), text)
  assert.equal(decode('null', 'composite', true).children.length, 0)
})

const pod = (containers: readonly object[], more: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers, ...more } })

test('lists of named things merge by name, and keep what others added', () => {
  const observed = withLastApplied(pod([{ name: 'a', image: '1' }]))
  const grown = { ...observed, spec: { containers: [{ name: 'a', image: '1', imagePullPolicy: 'Always' }, { name: 'injected', image: 'x' }] } }
  const next = applyUpdate(grown, pod([{ name: 'a', image: '2' }, { name: 'b', image: '1' }]))
  assert.deepEqual(next.spec, { containers: [{ name: 'a', image: '2', imagePullPolicy: 'Always' }, { name: 'injected', image: 'x' }, { name: 'b', image: '1' }] })
})

test('a list without such a key is replaced whole', () => {
  const next = applyUpdate(withLastApplied(pod([], { args: ['a', 'b'] })), pod([], { args: ['c'] }))
  assert.deepEqual((next.spec as { args: unknown }).args, ['c'])
})

test('status and system fields stay as they were observed', () => {
  const observed = { ...pod([]), metadata: { name: 'p', uid: 'u', resourceVersion: '7' }, status: { phase: 'Running' } }
  const next = applyUpdate(observed, { ...pod([]), metadata: { name: 'p', uid: 'other' }, status: { phase: 'Mine' } })
  assert.deepEqual([next.metadata.uid, next.metadata.resourceVersion, next.status], ['u', '7', { phase: 'Running' }])
  assert.ok(next.metadata.annotations?.[LAST_APPLIED])
})

test('of several delayed adds of a key only the earliest counts', async () => {
  const engine = createEngine(1, 0)
  const worked: number[] = []
  const work = queue(1, { ...engine, random: () => 0 }, () => { worked.push(engine.now()); return Promise.resolve('done') })
  for (const wait of [500, 300, 400]) work.addAfter('a', wait)
  await engine.run(1000)
  work.addAfter('a', 500)
  await engine.run(2000)
  assert.deepEqual(worked, [300, 1500])
})
