import type { KubeObject } from '../../schemas/generated/types.ts'
import type { PlannedVolume, RestoreRequest } from './model.ts'
import { jobName, temporaryName } from './names.ts'
import { kept } from './objects.ts'

/** Observed children that belong to no volume of the plan, whatever made them: while the restore goes on they stay as they are. */
export function strayChildren({ parent, children }: RestoreRequest, plan: readonly Pick<PlannedVolume, 'target'>[]): readonly KubeObject[] {
  const { name } = parent.metadata
  const known = new Set(plan.flatMap(({ target }) => [jobName(name, target), temporaryName(name, target)]))
  const observed = Object.values(children).flatMap(group => Object.values(group))
  return observed.filter(({ metadata }) => !known.has(metadata.name)).map(kept)
}
