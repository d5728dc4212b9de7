import { applyObjects, execute, until } from '../kit/kubectl.ts'
import type { Sandbox } from '../kit/sandbox.ts'

/** How long a call is tried while the API server comes and goes. */
const SECONDS = 180

/** Creates or updates objects, however often it takes. */
export async function applyPatiently(box: Sandbox, ...objects: readonly object[]): Promise<void> {
  await until('the API server to take objects', async () => {
    await applyObjects(objects, box.namespace)
    return true
  }, SECONDS)
}

/** Deletes objects without waiting for their end; absent ones are no error. */
export async function deletePatiently(box: Sandbox, kind: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  await until(`the API server to delete ${kind} ${names.join(' ')}`, async () => {
    const outcome = await execute('kubectl', ['-n', box.namespace, 'delete', kind, ...names, '--ignore-not-found', '--wait=false'])
    return outcome.code === 0
  }, SECONDS)
}
