import type { createApiServer } from './api/server.ts'
import type { Engine } from './engine.ts'

/** The garbage collector: after something is deleted, what it owned goes a little later, and so does what is made for an owner that is gone already. */
export function startGarbageCollector(api: ReturnType<typeof createApiServer>, engine: Engine): void {
  const living = new Set(api.journal.flatMap(({ after }) => after.metadata.uid ?? []))
  let planned = false
  const plan = (): void => {
    if (planned) return
    planned = true
    engine.after(200 + engine.random.below(2000), () => {
      planned = false
      if (api.collectGarbage()) plan()
    })
  }
  api.subscribe(({ type, before, after: { metadata: { uid = '', ownerReferences = [], deletionTimestamp } } }) => {
    if (type === 'DELETED') living.delete(uid)
    else living.add(uid)
    const isNew = ownerReferences !== before?.metadata.ownerReferences
    if (type === 'DELETED' || deletionTimestamp !== undefined || (isNew && ownerReferences.some(owner => !living.has(owner.uid)))) plan()
  })
}
