import type { createApiServer } from './api/server.ts'
import type { Engine } from './engine.ts'

/** The garbage collector: after something is deleted, what it owned goes a little later. */
export function startGarbageCollector(api: ReturnType<typeof createApiServer>, engine: Engine): void {
  let planned = false
  const plan = (): void => {
    if (planned) return
    planned = true
    engine.after(200 + engine.random.below(2000), () => {
      planned = false
      if (api.collectGarbage()) plan()
    })
  }
  api.subscribe(({ type, after }) => { if (type === 'DELETED' || after.metadata.deletionTimestamp !== undefined) plan() })
}
