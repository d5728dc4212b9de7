import assert from 'node:assert/strict'
import test from 'node:test'
import { createMetrics } from '../../hooks/metrics.ts'

const labels = { kind: 'backup', hook: 'sync', code: 200 }

test('requests are counted by kind, hook and code', () => {
  const metrics = createMetrics()
  metrics.request(labels, 0.002)
  metrics.request(labels, 0.002)
  metrics.request({ ...labels, code: 500 }, 0.002)
  assert.match(metrics.text(), /^holdfast_hook_requests_total\{kind="backup",hook="sync",code="200"\} 2$/m)
  assert.match(metrics.text(), /^holdfast_hook_requests_total\{kind="backup",hook="sync",code="500"\} 1$/m)
})

test('durations are a cumulative histogram', () => {
  const metrics = createMetrics()
  for (const seconds of [0.0005, 0.002, 0.002, 0.3, 60]) metrics.request(labels, seconds)
  const value = (suffix: string) => metrics.text().match(new RegExp(`^holdfast_hook_duration_seconds${suffix} (.*)$`, 'm'))?.[1]
  const bucket = (limit: string) => value(`_bucket\\{kind="backup",hook="sync",le="${limit.replace('+', '\\+')}"\\}`)
  assert.deepEqual(['0.001', '0.0025', '0.25', '0.5', '10', '+Inf'].map(bucket), ['1', '3', '3', '4', '4', '5'])
  assert.equal(value('_count\\{kind="backup",hook="sync"\\}'), '5')
  assert.equal(Number(value('_sum\\{kind="backup",hook="sync"\\}')).toFixed(4), '60.3045')
})

test('effects are counted by type and outcome', () => {
  const metrics = createMetrics()
  metrics.effect('emitEvent', 'done')
  metrics.effect('emitEvent', 'failed')
  assert.match(metrics.text(), /^holdfast_hook_effects_total\{type="emitEvent",outcome="done"\} 1$/m)
  assert.match(metrics.text(), /^holdfast_hook_effects_total\{type="emitEvent",outcome="failed"\} 1$/m)
})

test('every line is a comment or a sample, and every family has its type', () => {
  const metrics = createMetrics()
  metrics.request(labels, 0.1)
  metrics.effect('emitEvent', 'done')
  const lines = metrics.text().trimEnd().split('\n')
  for (const line of lines) assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+)$/)
  assert.equal(lines.filter(line => line.startsWith('# TYPE')).length, 5)
  assert.ok(metrics.text().endsWith('\n'))
})
