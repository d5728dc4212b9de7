import { usageFailure } from '../cli/failure.ts'
import type { Selector } from '../../schemas/generated/types.ts'

type Expression = NonNullable<Selector['matchExpressions']>[number]

/**
 * Reads a label selector as kubectl's `-l` takes it: `app=shop,tier!=web,env in (a,b),!temporary,owner`.
 * @throws Failure (usage) for anything else.
 */
export const parseSelector = (text: string): Selector => {
  const matchLabels: Record<string, string> = {}
  const matchExpressions: Expression[] = []
  for (const part of split(text)) {
    const equal = /^([\w./-]+)\s*==?\s*([\w.-]*)$/.exec(part)
    if (equal === null) matchExpressions.push(expression(part))
    else matchLabels[equal[1] ?? ''] = equal[2] ?? ''
  }
  return {
    ...Object.keys(matchLabels).length > 0 && { matchLabels },
    ...matchExpressions.length > 0 && { matchExpressions },
  }
}

const split = (text: string): readonly string[] => text.split(/,(?![^(]*\))/).map(part => part.trim())

const expression = (part: string): Expression => {
  const unequal = /^([\w./-]+)\s*!=\s*([\w.-]*)$/.exec(part)
  if (unequal !== null) return { key: unequal[1] ?? '', operator: 'NotIn', values: [unequal[2] ?? ''] }
  const among = /^([\w./-]+)\s+(in|notin)\s*\(([^()]+)\)$/.exec(part)
  if (among !== null) {
    return { key: among[1] ?? '', operator: among[2] === 'in' ? 'In' : 'NotIn', values: (among[3] ?? '').split(',').map(value => value.trim()) }
  }
  const exists = /^(!?)\s*([\w./-]+)$/.exec(part)
  if (exists !== null) return { key: exists[2] ?? '', operator: exists[1] === '!' ? 'DoesNotExist' : 'Exists' }
  throw usageFailure(`selector "${part}" is not understood: write key=value, key!=value, key in (a,b), key or !key, with commas between`)
}
