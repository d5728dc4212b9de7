import { isLabelKey, isLabelValue } from '../../lib/label-syntax.ts'
import type { Selector } from '../../schemas/generated/types.ts'

/** Why Kubernetes would refuse a label selector, as a sentence; undefined when it would not. */
export const selectorProblem = ({ matchLabels = {}, matchExpressions = [] }: Selector): string | undefined => {
  for (const [key, value] of Object.entries(matchLabels)) {
    const problem = keyProblem(key) ?? valueProblem(value)
    if (problem !== undefined) return problem
  }
  for (const { key, operator, values = [] } of matchExpressions) {
    const problem = keyProblem(key) ?? values.map(valueProblem).find((one) => one !== undefined) ?? countProblem(operator, values)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** A selector as kubectl writes it: `app=db,tier in (a,b),!x`; empty for one that selects everything. */
export const describeSelector = ({ matchLabels = {}, matchExpressions = [] }: Selector): string => {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    return operator === 'DoesNotExist' ? `!${key}` : `${key} ${operator.toLowerCase()} (${values.join(',')})`
  })
  return [...labels, ...expressions].join(',')
}

const countProblem = (operator: string, values: readonly string[]): string | undefined => {
  const needed = operator === 'In' || operator === 'NotIn'
  if (needed && values.length === 0) return `operator ${operator} needs values`
  return !needed && values.length > 0 ? `operator ${operator} takes no values` : undefined
}

const keyProblem = (key: string): string | undefined => (isLabelKey(key) ? undefined : `${JSON.stringify(key)} is not a label key`)

const valueProblem = (value: string): string | undefined =>
  isLabelValue(value) ? undefined : `${JSON.stringify(value)} is not a label value`
