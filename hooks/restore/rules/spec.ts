import type { Restore } from '../../../schemas/generated/types.ts'
import type { Finding } from '../../jobs/finding.ts'
import { firstVerdict, type Rule } from './first.ts'

type SpecRule = Rule<Restore, Finding>

/** What is wrong with the spec, whatever the cluster looks like; checked before anything is made. */
export const SPEC_RULES: readonly SpecRule[] = [targetNames, distinctTargets, labelKeys, labelValues]

/** The first fault of a spec. */
export function checkSpec(restore: Restore): Finding | undefined {
  return firstVerdict(SPEC_RULES, restore)
}

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL_NAME = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

function targetNames(restore: Restore): Finding | undefined {
  const wrong = targets(restore).find(target => !OBJECT_NAME.test(target))
  return wrong === undefined ? undefined : invalid(`target ${JSON.stringify(wrong)} is no name that a claim can have; use a-z, 0-9, - and .`)
}

function distinctTargets(restore: Restore): Finding | undefined {
  const twice = targets(restore).find((target, index, all) => all.indexOf(target) !== index)
  return twice === undefined ? undefined : invalid(`two volumes would both become claim ${twice}; give each its own target`)
}

function labelKeys(restore: Restore): Finding | undefined {
  const wrong = labels(restore).find(([key]) => !LABEL_NAME.test(key))
  return wrong && invalid(`${JSON.stringify(wrong[0])} is no label key; it needs the form name or prefix/name, the name at most 63 characters`)
}

function labelValues(restore: Restore): Finding | undefined {
  const wrong = labels(restore).find(([, value]) => !LABEL_VALUE.test(value))
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
