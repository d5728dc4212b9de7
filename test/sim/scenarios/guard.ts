import type { Change } from '../api/api.ts'
import { INVARIANTS } from '../invariants/all.ts'
import { createBlame, type Blame } from '../invariants/blame.ts'
import type { HookCall, Invariant } from '../invariants/invariant.ts'
import { markReasons } from '../marks.ts'
import type { World } from '../world.ts'

/** Watches one world of a story. */
export interface Guard {
  readonly blame: Blame
  /** What was found wrong first, with its invariant's name. */
  readonly violation: string | undefined
  /** To be told of every call of a hook. */
  called(call: HookCall): void
  /** The last look, when everything has settled. */
  end(): void
}

/** Watches every invariant from now on, and notes which reasons are given. */
export function guard({ api, engine, faults, cluster }: World): Guard {
  const blame = createBlame()
  const invariants = INVARIANTS.map(make => make({ api, engine, faults, cluster, blame }))
  let violation: string | undefined
  const each = (check: (invariant: Invariant) => string | undefined): void => {
    for (const invariant of invariants) {
      const message = check(invariant)
      if (message !== undefined) violation ??= `${invariant.name}: ${message}`
    }
  }
  api.subscribe(change => {
    note(change)
    each(invariant => invariant.onChange?.(change))
  })
  engine.afterStep = () => each(invariant => invariant.onStep?.())
  return {
    blame,
    get violation() { return violation },
    called(call) {
      if (call.status !== 200) markReasons(JSON.stringify(call.answer))
      each(invariant => invariant.onCall?.(call))
    },
    end: () => each(invariant => invariant.atEnd?.()),
  }
}

function note({ actor, after }: Change): void {
  if (actor === 'metacontroller' || after.kind === 'Event') markReasons(JSON.stringify(after.status ?? after))
}
