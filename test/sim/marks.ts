import { STAGES } from '../../hooks/backup/decide.ts'
import { repositoryRules } from '../../hooks/backup/rules/repository.ts'
import { runRules } from '../../hooks/backup/rules/run.ts'
import { volumeRules } from '../../hooks/backup/rules/volume.ts'
import { RULES } from '../../hooks/backuppolicy/rules/all.ts'
import { CLAIM_RULES, DESTINATION_RULES } from '../../hooks/backuprepository/rules/rules.ts'
import { containerRules } from '../../hooks/jobs/diagnose-container.ts'
import { PUBLISH_STEPS } from '../../hooks/restore/publish.ts'
import { BACKUP_RULES } from '../../hooks/restore/rules/backup.ts'
import { SPEC_RULES } from '../../hooks/restore/rules/spec.ts'
import { START_RULES } from '../../hooks/restore/rules/start.ts'
import { START_STEPS } from '../../hooks/restore/start.ts'
import { VOLUME_STEPS } from '../../hooks/restore/volume.ts'
import { REASONS } from '../../lib/reasons.ts'

type Rule = (...input: never[]) => unknown

/** Every list of rules that decisions are made by. */
const LISTS: Readonly<Record<string, readonly Rule[]>> = {
  backup: STAGES,
  'backup.repository': repositoryRules,
  'backup.run': runRules,
  'backup.volume': volumeRules,
  policy: RULES,
  'repository.claim': CLAIM_RULES,
  'repository.destination': DESTINATION_RULES,
  'job.container': containerRules,
  'restore.publish': PUBLISH_STEPS,
  'restore.backup': BACKUP_RULES,
  'restore.spec': SPEC_RULES,
  'restore.start.rule': START_RULES,
  'restore.start.step': START_STEPS,
  'restore.volume': VOLUME_STEPS,
}

/** Names of all rules and reasons, as `list/rule` and `reason/Word`. */
export const MARKS: readonly string[] = [
  ...Object.entries(LISTS).flatMap(([list, rules]) => rules.map(({ name }) => `${list}/${name}`)),
  ...REASONS.map(reason => `reason/${reason}`),
]

const hit = new Set<string>()

/** From now on each rule leaves a mark when it decides something. The lists are the shipped ones, their members are wrapped in place. */
export function watchRules(): void {
  for (const [list, rules] of Object.entries(LISTS)) {
    (rules as Rule[]).forEach((rule, index, all) => {
      const marking = (...input: never[]): unknown => {
        const verdict = rule(...input)
        if (verdict !== undefined) hit.add(`${list}/${rule.name}`)
        return verdict
      }
      all[index] = Object.defineProperty(marking, 'name', { value: rule.name })
    })
  }
}

/** Every reason that a JSON text names, in a status, a condition, an event or an error. */
export function markReasons(text: string): void {
  for (const [, reason = ''] of text.matchAll(/"reason":"([A-Za-z]+)"/g)) hit.add(`reason/${reason}`)
}

/** From now on only what comes counts. */
export function forgetMarks(): void {
  hit.clear()
}

/** What was hit so far. */
export function marksHit(): ReadonlySet<string> {
  return hit
}
