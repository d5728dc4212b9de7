import type { KubeObject, Task } from '../../schemas/generated/types.ts'
import { MOVER_CONTAINER } from './mover-container.ts'
import type { Job } from './shapes.ts'

/** The task that a mover Job was made with. Undefined for a Job that has none, or whose task nobody can read. */
export function taskIn(job: KubeObject): Partial<Task> | undefined {
  const mover = (job as Job).spec?.template?.spec?.containers?.find(({ name }) => name === MOVER_CONTAINER)
  try {
    return JSON.parse(mover?.env?.find(({ name }) => name === 'HOLDFAST_TASK')?.value ?? 'null') as Partial<Task> | null ?? undefined
  } catch {
    return undefined
  }
}
