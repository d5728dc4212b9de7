import type { Task } from '../../../schemas/generated/types.ts'
import type { Request, Response } from '../api/api.ts'
import type { Broken } from '../store/mover-failure.ts'
import type { Loss } from './lost-pods.ts'
import type { Pod } from './objects.ts'
import type { Obstacle } from './pod-start.ts'

/** What goes wrong where a story says so. A seed's faults draw their own. */
export interface Mishaps {
  /** How the mover of this task fails; undefined when it does not. */
  mover?: (task: Task) => Broken | undefined
  /** What keeps this pod from starting on its node. */
  start?: (pod: Pod) => Obstacle | undefined
  /** How the node of this pod is lost as soon as its mover has begun. */
  node?: (pod: Pod) => Loss | undefined
  /** Why no pod of a Job is admitted. */
  refusal?: string
  /** What the hooks get for this request in place of the API server's answer. */
  answer?: (request: Request) => Response | undefined
}
