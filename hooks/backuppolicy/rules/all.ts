import { destinationRule } from './destination.ts'
import { pruneScheduleRule } from './prune-schedule.ts'
import { repositoryRule } from './repository.ts'
import { retentionRule } from './retention.ts'
import type { Finding, Rule, RuleInput } from './rule.ts'
import { scheduleRule } from './schedule.ts'
import { selectorRule } from './selector.ts'
import { snapshotRule } from './snapshots.ts'
import { volumesRule } from './volumes.ts'

/** The rules of a policy, in the order in which a person would mend what they find. */
export const RULES: readonly Rule[] = [
  scheduleRule, pruneScheduleRule, retentionRule, selectorRule, destinationRule, repositoryRule, volumesRule, snapshotRule,
]

/** What the first rule with an objection says. */
export const findProblem = (input: RuleInput): Finding | undefined => {
  for (const rule of RULES) {
    const finding = rule(input)
    if (finding !== undefined) return finding
  }
  return undefined
}
