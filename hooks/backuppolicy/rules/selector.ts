import { selectorProblem } from '../selector.ts'
import type { Rule } from './rule.ts'

/** The selector must be one that Kubernetes understands. */
export const selectorRule: Rule = ({ view: { policy: { spec } } }) => {
  const problem = selectorProblem(spec.selector)
  return problem === undefined ? undefined : { reason: 'InvalidSpec', message: `selector cannot be used: ${problem}` }
}
