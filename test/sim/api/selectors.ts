import type { KubeObject } from '../../../schemas/generated/types.ts'
import { recent } from '../../metacontroller/recent.ts'
import { matches, parseSelector } from '../../metacontroller/selector.ts'
import { badRequest } from './failure.ts'
import type { Kind } from './kind.ts'
import { isLabelValue, isQualified } from './metadata.ts'

type Test = (object: KubeObject) => boolean

/** What a list's labelSelector and fieldSelector ask for; undefined when they ask for nothing. */
export function selectorOf(kind: Kind, query: Readonly<Record<string, string>>): Test | undefined {
  const tests = [labelTest(query.labelSelector), fieldTest(kind, query.fieldSelector)].filter(test => test !== undefined)
  return tests.length === 0 ? undefined : object => tests.every(test => test(object))
}

/** The hooks ask for the same few things again and again. */
const selectorIn = recent(parseSelector)

function labelTest(text = ''): Test | undefined {
  if (text.trim() === '') return undefined
  const selector = selectorIn(text)
  for (const { key, values = [] } of selector.matchExpressions ?? []) {
    if (!isQualified(key) || !values.every(isLabelValue)) throw badRequest(`unable to parse requirement: invalid label key or value in ${JSON.stringify(text)}`)
  }
  return object => matches(selector, object.metadata.labels)
}

function fieldTest(kind: Kind, text = ''): Test | undefined {
  if (text.trim() === '') return undefined
  const terms = text.split(',').filter(term => term !== '').map(term => termOf(kind, term))
  return object => terms.every(({ read, value, equal }) => (read(object) === value) === equal)
}

function termOf(kind: Kind, term: string): { read: (object: KubeObject) => string; value: string; equal: boolean } {
  const match = /^([^!=]+)(!=|==?)(.*)$/.exec(term)
  if (match === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
  const [, field = '', operator, value = ''] = match
  const read = reader(kind, field)
  if (read === undefined) throw badRequest(`field label not supported: ${field}`)
  return { read, value, equal: operator !== '!=' }
}

function reader(kind: Kind, field: string): ((object: KubeObject) => string) | undefined {
  if (field === 'metadata.name') return object => object.metadata.name
  if (field === 'metadata.namespace' && (kind.namespaced || !kind.custom)) return object => object.metadata.namespace ?? ''
  return kind.fields?.[field]
}
