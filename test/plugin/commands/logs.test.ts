import assert from 'node:assert/strict'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { aBackup, aRepository, aRestore, failed } from '../objects.ts'
import { cliTable } from '../table.ts'

const pod = (name: string, labels: Record<string, string>, containers: readonly string[] = ['mover'], waiting = false): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels, creationTimestamp: `2026-11-20T01:00:0${name.length % 10}Z` },
  status: { containerStatuses: containers.map(container => ({ name: container, state: waiting ? { waiting: {} } : { running: {} } })) },
})
/** As the hooks make it: the FIFO is made, then the user's command runs beside the mover. */
const customPod = (name: string, labels: Record<string, string>, command: string): KubeObject => ({
  ...pod(name, labels),
  spec: { initContainers: [{ name: 'prepare' }, { name: command, restartPolicy: 'Always' }], containers: [{ name: 'mover' }] },
  status: {
    initContainerStatuses: [{ name: 'prepare', state: { terminated: { exitCode: 0 } } }, { name: command, state: { running: {} } }],
    containerStatuses: [{ name: 'mover', state: { terminated: { exitCode: 1 } } }],
  },
})
const unprepared = (name: string, labels: Record<string, string>): KubeObject => ({
  ...customPod(name, labels, 'producer'),
  status: {
    initContainerStatuses: [{ name: 'prepare', state: { terminated: { exitCode: 1 } } }, { name: 'producer', state: { waiting: {} } }],
    containerStatuses: [{ name: 'mover', state: { waiting: {} } }],
  },
})
const backup = (volume: string, name: string): Record<string, string> => ({ 'holdfast.dev/backup': name, 'holdfast.dev/volume': volume })
const objects = [
  aBackup('one', '2026-11-20T01:00:00Z'), aBackup('two', '2026-11-20T01:00:00Z'), aBackup('none', '2026-11-20T01:00:00Z', { status: failed('image is missing') }),
  aBackup('snap', '2026-11-20T01:00:00Z', { spec: { strategy: 'snapshot' } }), aBackup('dump', '2026-11-20T01:00:00Z'), aRestore('back'), aRepository('main'),
  pod('one-data', backup('data', 'one')), pod('two-a', backup('a', 'two')), pod('two-bb', backup('b', 'two')), customPod('dump-data', backup('data', 'dump'), 'producer'), unprepared('early-data', backup('data', 'early')), aBackup('early', '2026-11-20T01:00:00Z'),
  pod('none-data', backup('data', 'none'), ['mover'], true), pod('back-data', { ...backup('data', 'one'), 'holdfast.dev/restore': 'back' }), customPod('undump-data', { ...backup('data', 'dump'), 'holdfast.dev/restore': 'undump' }, 'consumer'), aRestore('undump'), aRestore('over', { phase: 'Failed', message: 'no space' }), pod('main-check', { 'holdfast.dev/repository': 'main' }),
]
const logs = { 'one-data': 'first\nsecond\n', 'two-a': 'from a\n', 'two-bb': 'from b\n', 'dump-data': 'line\n', 'back-data': 'restored\n', 'undump-data': 'read\n', 'early-data': 'no FIFO\n', 'main-check': 'checked\n' }
const fake = { objects, logs }

cliTable('kubectl backup logs', {
  'prints one mover as it is, and not that of a restore from the backup': { args: ['logs', 'one'], fake, stdout: 'first\nsecond\n' },
  'prefixes lines with the claim when there are several': { args: ['logs', 'two'], fake, stdout: '[a] from a\n[b] from b\n' },
  'prints one of several': { args: ['logs', 'two', '--volume', 'b'], fake, stdout: 'from b\n' },
  "prints the user's container too": { args: ['logs', 'dump'], fake, stdout: '[data/producer] line\n[data/mover] line\n' },
  'and that which a restore feeds': { args: ['logs', 'restore/undump'], fake, stdout: '[data/consumer] read\n[data/mover] read\n' },
  'prints what is run before only where it failed': { args: ['logs', 'early'], fake, stdout: 'no FIFO\n', also: ({ api }) => assert.match(api.requests.at(-1)?.url ?? '', /container=prepare/) },
  'prints those of a restore': { args: ['logs', 'restore/back'], fake, stdout: 'restored\n' },
  'prints those of a repository check': { args: ['logs', 'repository/main'], fake, stdout: 'checked\n' },
  'follows, and asks for tail and times': {
    args: ['logs', 'one', '-f', '--tail', '5', '--timestamps'], fake, stdout: 'first\nsecond\n',
    also: ({ api }) => assert.equal(api.requests.at(-1)?.url, '/api/v1/namespaces/shop/pods/one-data/log?container=mover&follow=true&tailLines=5&timestamps=true'),
  },
  'says why there is none': { args: ['logs', 'none'], fake, code: 5, stderr: /Backup "none" has no logs: its mover has not started, or its pods are gone \(those of a run are kept for a day, .*\)\. Its status says: image is missing\n$/ },
  'says that those of a restore have gone with its end': { args: ['logs', 'restore/over'], fake, code: 5, stderr: /its pods are gone \(they go when it ends; follow the next one while it runs, with -f\)\. Its status says: no space\n$/ },
  'says that snapshots have none': { args: ['logs', 'snap'], fake, code: 5, stderr: /its strategy is snapshot, which runs no mover/ },
  'tells an unknown backup': { args: ['logs', 'nope'], fake, code: 5, stderr: /not found/ },
  'needs a number of lines': { args: ['logs', 'one', '--tail', 'many'], fake, code: 2, stderr: /--tail must be a number/ },
})
