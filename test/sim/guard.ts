import type { Change } from './api/api.ts'
import { INVARIANTS } from './invariants/all.ts'
import { createBlame, type Blame } from './invariants/blame.ts'
import type { HookCall, Invariant, Watched } from './invariants/invariant.ts'
import { isUs } from './invariants/resources.ts'
import { markReasons } from './marks.ts'
import type { World } from './world.ts'

/** What was found wrong. */
export interface Finding {
  readonly invariant: string
  readonly message: string
}

/** Watches one world. */
export interface Guard {
  readonly blame: Blame
  /** What was found wrong first. */
  readonly finding: Finding | undefined
  /** To be told of every call of a hook. */
  called(call: HookCall): void
  /** Something is wrong that no invariant sees. */
  report(finding: Finding): void
  /** The last look, when everything has settled. */
  end(): void
}

/** Watches every invariant from now on, and notes which reasons are given. `told` hears of all that is wrong, not of the first alone. */
export function guard({ api, engine, faults, cluster }: Omit<Watched, 'blame'>, told: (finding: Finding) => void = () => undefined): Guard {
  const blame = createBlame()
  const invariants = INVARIANTS.map(make => make({ api, engine, faults, cluster, blame }))
  let first: Finding | undefined
  const report = (finding: Finding): void => {
    told(finding)
    first ??= finding
  }
  const each = (check: (invariant: Invariant) => string | undefined): void => {
    for (const invariant of invariants) {
      const message = check(invariant)
      if (message !== undefined) report({ invariant: invariant.name, message })
    }
  }
  api.subscribe(change => {
    note(change)
    each(invariant => invariant.onChange?.(change))
  })
  engine.afterStep = () => each(invariant => invariant.onStep?.())
  return {
    blame,
    get finding() { return first },
    called(call) {
      if (call.status !== 200) markReasons(JSON.stringify(call.answer))
      each(invariant => invariant.onCall?.(call))
    },
    report,
    end: () => each(invariant => invariant.atEnd?.()),
  }
}

/** Lets so many milliseconds pass; answers what the hooks and Metacontroller wrote meanwhile. */
export async function writesWithin({ api, engine }: Pick<World, 'api' | 'engine'>, milliseconds: number): Promise<readonly Change[]> {
  const from = api.journal.length
  await engine.run(engine.now() + milliseconds)
  return api.journal.slice(from).filter(({ actor }) => isUs(actor))
}

function note({ actor, after }: Change): void {
  if (actor === 'metacontroller' || after.kind === 'Event') markReasons(JSON.stringify(after.status ?? after))
}
