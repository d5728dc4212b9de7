import type { Usage } from './audit-log.ts'
import { nameOf, type Permission } from './permission.ts'

/** What is granted although the end-to-end suite never uses it: by permission (nameOf), why. */
export type Reasons = Readonly<Record<string, string>>

/** What a run of the suite says about the chart's RBAC. */
export interface Verdict {
  /** Granted, not used, and no reason given. */
  readonly unused: readonly string[]
  /** Granted, not used, for a reason. */
  readonly explained: readonly string[]
  /** Refused, and not granted either: the product asks for more than the chart gives it. */
  readonly denied: readonly string[]
  /** Refused although granted: while the chart was being installed or removed. */
  readonly early: readonly string[]
  /** Reasons for what is not granted at all. */
  readonly stale: readonly string[]
  /** Reasons for what was used this time; some things only happen by chance. */
  readonly spare: readonly string[]
}

/** Compares what is granted with what was used. */
export function verdictOf(granted: readonly Permission[], usage: Usage, reasons: Reasons): Verdict {
  const all = granted.map(nameOf)
  const idle = granted.filter(permission => !usage.used.has(permission)).map(nameOf)
  const names = new Set(granted.map(({ names: _names, ...permission }) => nameOf(permission)))
  const refused = [...usage.denied.values()].map(({ denial, count }) => ({ name: nameOf(denial), text: `${nameOf(denial)} (${count}×)` }))
  return {
    unused: idle.filter(name => !Object.hasOwn(reasons, name)),
    explained: idle.filter(name => Object.hasOwn(reasons, name)).map(name => `${name}: ${reasons[name]}`),
    denied: refused.filter(({ name }) => !names.has(name)).map(({ text }) => text),
    early: refused.filter(({ name }) => names.has(name)).map(({ text }) => text),
    stale: Object.keys(reasons).filter(name => !all.includes(name)),
    spare: Object.keys(reasons).filter(name => all.includes(name) && !idle.includes(name)),
  }
}

/** The verdict for people, and whether it lets the run pass. Only a complete run can show that something is not used. */
export function report(verdict: Verdict, usage: Usage, complete: boolean): { readonly ok: boolean; readonly text: string } {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [complete ? 'granted, but used by nothing; take it from the chart, or say why in test/security/not-exercised.ts' : 'not used by these topics', verdict.unused],
    ['granted and not used here, because', verdict.explained],
    ['asked for and refused: grant it in the chart, or do not ask', verdict.denied],
    ['refused while the chart was being installed or removed', verdict.early],
    ['reasons in test/security/not-exercised.ts for what is not granted', verdict.stale],
    ['used this time, although test/security/not-exercised.ts says why it need not be', verdict.spare],
  ]
  const lines = sections.filter(([, items]) => items.length > 0).flatMap(([title, items]) => [`  ${title}:`, ...items.map(item => `    ${item}`)])
  const wrong = verdict.unused.length + verdict.denied.length + verdict.stale.length
  const summary = `RBAC: ${usage.used.size} permissions used in ${usage.requests} requests, ${verdict.unused.length} unused, ${verdict.denied.length} refused`
  return { ok: usage.requests > 0 && (!complete || wrong === 0), text: [summary, ...lines].join('\n') }
}
