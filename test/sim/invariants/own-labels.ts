import type { Invariant } from './invariant.ts'
import { isUs, RESOURCE } from './resources.ts'

const NAME = 'D10'
/** What we make for ourselves. A restored claim has the labels that its user asked for. */
const MADE: ReadonlySet<string> = new Set([RESOURCE.backups, RESOURCE.repositories, RESOURCE.jobs, RESOURCE.cronJobs, RESOURCE.snapshots, RESOURCE.contents])
const OURS = /^(holdfast\.dev\/.+|app\.kubernetes\.io\/managed-by|controller-uid|job-name|batch\.kubernetes\.io\/.+)$/

/** D10. What tracks objects by labels, as GitOps tools do, would take ours for its own and prune them. */
export function ownLabels(): Invariant {
  return {
    name: NAME,
    title: 'D10 what we make carries labels of ours only, none that were copied from what asked for it',
    onChange({ resource, type, actor, after }) {
      if (type !== 'ADDED' || !MADE.has(resource) || !isUs(actor)) return undefined
      const foreign = Object.keys(after.metadata.labels ?? {}).find(key => !OURS.test(key))
      return foreign && `${after.kind} ${after.metadata.name} carries label ${foreign}`
    },
  }
}
