import { ANNOTATION } from '../../../lib/api.ts'
import { breaker } from './breaker.ts'
import { tryHistories } from './histories.ts'
import { policy, request } from './samples.ts'

const deletions = (count: number) => Array.from({ length: count }, (_, index) => ({ type: 'annotateBackup' as const, target: { name: `b${index}`, uid: 'uid' }, annotations: request('retention') }))
const nightly = (allowed: string, generation = 2) => { const made = policy({ annotations: { [ANNOTATION.allowDeletions]: allowed } }); return { ...made, metadata: { ...made.metadata, generation } } }
const pass = (count: number, parent = policy()) => ({ kind: 'backuppolicy', request: { parent, children: {} }, answer: { children: [] }, effects: deletions(count) })
const answer = (children: number, volumes: number) => ({ request: { parent: { metadata: { name: 'x' }, spec: { volumes: Array(volumes).fill('v') } }, children: {} }, answer: { children: Array(children).fill({}) } })

tryHistories(breaker, [
  ['ten at once', h => h.call(pass(10))],
  ['eleven at once', h => h.call(pass(11)), /nightly: 11 Backups are to be deleted in one pass, 10 is the most/],
  ['eleven with consent', h => h.call(pass(11, nightly('11@2')))],
  ['eleven with consent for an older spec', h => h.call(pass(11, nightly('11@1'))), /11 Backups .* 10 is the most/],
  ['eleven with a number alone', h => h.call(pass(11, nightly('11'))), /11 Backups/],
  ['eleven with consent for a spec that was edited since', h => h.call({ ...pass(11, nightly('11@2')), heard: [{ call: { method: 'GET', path: '/backuppolicies/nightly' }, received: { status: 200, text: JSON.stringify(nightly('11@2', 3)) } }] }), /11 Backups/],
  ['twelve with consent for eleven', h => h.call(pass(12, nightly('11@2'))), /12 Backups/],
  ['as many children as volumes need', h => h.call(answer(4, 2))],
  ['children without end', h => h.call(answer(40, 2)), /40 children are wanted, 5 is the most for 2 volumes/],
])
