import type { Fault } from '../faults.ts'
import type { Scene } from './scene.ts'
import type { Topology } from './topology.ts'

/** One thing that people do now and then. */
export interface Action {
  readonly name: string
  /** Done by mistake or with bad intent: only as often as the seed's rate of this fault says. */
  readonly fault?: Fault
  /** Who finds nothing to do it to looks again soon. */
  readonly patient?: boolean
  /** False when there was nothing to do it to. */
  readonly act: (scene: Scene, topology: Topology) => boolean
}
