import { answers } from './answers.ts'
import { tryHistories } from './histories.ts'

const child = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'x', namespace: 'shop' } }
const good = { status: { phase: 'Running' }, children: [child], finalized: false, resyncAfterSeconds: 5 }
const { children: _children, ...childless } = good

tryHistories(answers, [
  ['a whole answer', h => h.call({ answer: good })],
  ['no list of children', h => h.call({ answer: childless }), /children is no list/],
  ['null for a list', h => h.call({ answer: { ...good, children: null } }), /answer.children is null/],
  ['null in a list', h => h.call({ answer: { ...good, children: [null] } }), /answer.children.0 is null/],
  ['a hole deep inside', h => h.call({ answer: { ...good, children: [{ ...child, spec: { a: [{ b: null }] } }] } }), /children.0.spec.a.0.b is null/],
  ['a key too many', h => h.call({ answer: { ...good, more: 1 } }), /it has the key more/],
  ['a child without a name', h => h.call({ answer: { ...good, children: [{ ...child, metadata: {} }] } }), /child Job undefined is incomplete/],
  ['a child elsewhere', h => h.call({ answer: { ...good, children: [{ ...child, metadata: { name: 'x', namespace: 'other' } }] } }), /is incomplete/],
  ['a status that is none of ours', h => h.call({ answer: { ...good, status: { phase: 'Dancing' } } }), /status\/phase must be equal to one of/],
  ['never coming back', h => h.call({ answer: { ...good, resyncAfterSeconds: 0 } }), /resyncAfterSeconds is 0/],
  ['an empty object', h => h.call({ answer: {} }), /status is no object/],
  ['rules that select everything', h => h.call({ verb: 'customize', answer: { relatedResources: [{ apiVersion: 'v1', resource: 'secrets', names: [] }] } }), /asks for every secrets/],
  ['good rules', h => h.call({ verb: 'customize', answer: { relatedResources: [{ apiVersion: 'v1', resource: 'secrets', namespace: 'shop' }] } })],
  ['a refusal that says why', h => h.call({ status: 500, answer: { error: { reason: 'InternalError', message: 'what happened' } } })],
  ['a refusal that says nothing', h => h.call({ status: 500, answer: {} }), /does not say what is wrong/],
  ['neither', h => h.call({ status: 304, answer: {} }), /neither an answer nor a refusal/],
])
