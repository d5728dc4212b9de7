import { isLabelKey, isLabelValue, isSubdomain } from '../../../lib/label-syntax.ts'
import type { Restore } from '../../../schemas/generated/types.ts'
import type { Finding } from '../../jobs/finding.ts'
import { firstVerdict, type Rule } from './first.ts'

type SpecRule = Rule<Restore, Finding>

/** What is wrong with the spec, whatever the cluster looks like; checked before anything is made. */
export const SPEC_RULES: readonly SpecRule[] = [policyName, targetNames, distinctTargets, labelKeys, labelValues]

/** The first fault of a spec. */
export function checkSpec(restore: Restore): Finding | undefined {
  return firstVerdict(SPEC_RULES, restore)
}

/** Backups are found by the policy's name as a label. The CRD has no pattern for it: one that is stored already could not be deleted any more then. */
function policyName({ spec: { policy } }: Restore): Finding | undefined {
  return policy === undefined || isSubdomain(policy) ? undefined : invalid(`policy ${JSON.stringify(policy)} is no name that a BackupPolicy can have; give the name alone, of a policy in this namespace`)
}

function targetNames(restore: Restore): Finding | undefined {
  const wrong = targets(restore).find(target => !isSubdomain(target))
  return wrong === undefined ? undefined : invalid(`target ${JSON.stringify(wrong)} is no name that a claim can have; use a-z, 0-9, - and .`)
}

function distinctTargets(restore: Restore): Finding | undefined {
  const twice = targets(restore).find((target, index, all) => all.indexOf(target) !== index)
  return twice === undefined ? undefined : invalid(`two volumes would both become claim ${twice}; give each its own target`)
}

function labelKeys(restore: Restore): Finding | undefined {
  const wrong = labels(restore).find(([key]) => !isLabelKey(key))
  return wrong && invalid(`${JSON.stringify(wrong[0])} is no label key; it needs the form name or prefix/name, the name at most 63 characters`)
}

function labelValues(restore: Restore): Finding | undefined {
  const wrong = labels(restore).find(([, value]) => !isLabelValue(value))
  return wrong && invalid(`label ${wrong[0]} cannot have the value ${JSON.stringify(wrong[1])}; use at most 63 letters, digits, - _ and .`)
}

function targets({ spec }: Restore): readonly string[] {
  return (spec.volumes ?? []).map(({ source, target }) => target ?? source)
}

function labels({ spec }: Restore): readonly (readonly [string, string])[] {
  return (spec.volumes ?? []).flatMap(volume => Object.entries(volume.labels ?? {}))
}

function invalid(message: string): Finding {
  return { reason: 'InvalidSpec', message: `${message}; a Restore cannot be changed, so make a new one` }
}
