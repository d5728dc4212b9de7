import type { Engine } from './engine.ts'
import type { Faults } from './faults.ts'

const MINUTE = 60_000
/** How often somebody may set it. */
const PERIOD = 5 * MINUTE
const HOUR_SECONDS = 3600

/**
 * The clock of one process, up to an hour off. It keeps what it is off by until somebody sets it, or the process ends: a clock that
 * is wrong in another way at every look is none that a machine has. It goes right once everything is healed.
 */
export function processClock({ engine, faults }: { readonly engine: Engine; readonly faults: Faults }): () => Date {
  let skew = 0
  let lookAt = -Infinity
  return () => {
    if (engine.now() >= lookAt) {
      lookAt = engine.now() + PERIOD
      if (faults.strikes('hookClockSkew')) skew = 1000 * (engine.random.below(2 * HOUR_SECONDS) - HOUR_SECONDS)
    }
    return new Date(engine.now() + (faults.healed ? 0 : skew))
  }
}
