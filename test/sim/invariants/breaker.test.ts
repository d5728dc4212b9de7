import { ANNOTATION } from '../../../lib/api.ts'
import { breaker } from './breaker.ts'
import { tryHistories } from './histories.ts'
import { policy, request } from './samples.ts'

const deletions = (count: number) => Array.from({ length: count }, (_, index) => ({ type: 'annotateBackup' as const, target: { name: `b${index}`, uid: 'uid' }, annotations: request('retention') }))
const pass = (count: number, annotations = {}) => ({ kind: 'backuppolicy', request: { parent: policy({ annotations }), children: {} }, answer: { children: [] }, effects: deletions(count) })
const answer = (children: number, volumes: number) => ({ request: { parent: { metadata: { name: 'x' }, spec: { volumes: Array(volumes).fill('v') } }, children: {} }, answer: { children: Array(children).fill({}) } })

tryHistories(breaker, [
  ['ten at once', h => h.call(pass(10))],
  ['eleven at once', h => h.call(pass(11)), /nightly: 11 Backups are to be deleted in one pass, 10 is the most/],
  ['eleven with consent', h => h.call(pass(11, { [ANNOTATION.allowDeletions]: '11' }))],
  ['twelve with consent for eleven', h => h.call(pass(12, { [ANNOTATION.allowDeletions]: '11' })), /12 Backups/],
  ['as many children as volumes need', h => h.call(answer(4, 2))],
  ['children without end', h => h.call(answer(40, 2)), /40 children are wanted, 5 is the most for 2 volumes/],
])
