import type { Scene } from '../scene.ts'

/** One thing that Metacontroller does, as a sentence and a play that fails when it does not. */
export interface Behaviour {
  readonly sentence: string
  readonly play: (scene: Scene) => Promise<void>
}
