import { ANNOTATION } from '../../../lib/api.ts'
import { policyIn } from './fresh-policy.ts'
import type { HookCall, Invariant } from './invariant.ts'

const MOST = 10

interface Parent {
  readonly metadata: { readonly name: string }
  readonly spec?: { readonly volumes?: readonly unknown[] }
  readonly status?: { readonly volumes?: readonly unknown[] }
}

/** S12. */
export function breaker(): Invariant {
  return {
    name: 'S12',
    title: 'S12 no pass deletes more than ten Backups without consent for its very spec, and no answer has more children than its volumes can need',
    onCall(call) {
      if (call.status !== 200 || call.verb === 'customize') return undefined
      return massDeletion(call) ?? tooManyChildren(call)
    },
  }
}

function massDeletion(call: HookCall): string | undefined {
  const doomed = call.effects.filter(effect => effect.type === 'deleteRecord' || (effect.type === 'annotateBackup' && effect.annotations[ANNOTATION.deleteRequested] !== undefined))
  if (doomed.length <= MOST) return undefined
  const { metadata: { name, annotations, generation } } = policyIn(call)
  const [count, of] = annotations?.[ANNOTATION.allowDeletions]?.split('@') ?? []
  const allowed = Number(of) === generation ? Math.max(MOST, Number(count)) : MOST
  return doomed.length > allowed ? `${name}: ${doomed.length} Backups are to be deleted in one pass, ${allowed} is the most` : undefined
}

/** Two Jobs a volume (or one and its claim or snapshot), one more to delete, and what is there already. */
function tooManyChildren(call: HookCall): string | undefined {
  const wanted = (call.answer as { children: readonly unknown[] }).children.length
  if (wanted <= 1) return undefined
  const { kind, request } = call
  const { parent, children } = request as { parent: Parent; children: Readonly<Record<string, object>> }
  const observed = Object.values(children).reduce((sum, group) => sum + Object.keys(group).length, 0)
  const volumes = Math.max(parent.spec?.volumes?.length ?? 0, parent.status?.volumes?.length ?? 0, kind === 'restore' ? 3 : 0)
  const bound = 2 * volumes + 1 + observed
  return wanted > bound ? `${kind} ${parent.metadata.name}: ${wanted} children are wanted, ${bound} is the most for ${volumes} volumes and ${observed} children there are` : undefined
}
