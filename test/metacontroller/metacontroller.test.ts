import { after, before, describe, it } from 'node:test'
import { unavailable } from './api-server.ts'
import { answers } from './behaviours/answers.ts'
import { calls } from './behaviours/calls.ts'
import { children } from './behaviours/children.ts'
import { controllers } from './behaviours/controllers.ts'
import { crashes } from './behaviours/crashes.ts'
import { decorators } from './behaviours/decorators.ts'
import { deletion } from './behaviours/deletion.ts'
import { related } from './behaviours/related.ts'
import { scene } from './scene.ts'
import { candidates, startWorld, type World } from './world.ts'
import type { Behaviour } from './behaviours/behaviour.ts'

const groups: Readonly<Record<string, readonly Behaviour[]>> = { answers, children, deletion, calls, related, decorators, controllers, crashes }

const tried = candidates()
const real = tried.find(path => path !== undefined)

if (tried.includes(undefined)) behaves('our stand-in', { binary: undefined, skip: false })
behaves('the real binary', { binary: real, skip: real === undefined && 'no metacontroller on PATH' })

function behaves(name: string, { binary, skip }: { readonly binary: string | undefined; readonly skip: string | false }): void {
  describe(`Metacontroller (${name})`, { concurrency: 12, skip: skip || unavailable('Metacontroller\'s behaviour') }, () => {
    let world: World
    before(async () => { world = await startWorld(binary) })
    after(() => world.stop())
    for (const [group, behaviours] of Object.entries(groups)) {
      for (const [index, behaviour] of behaviours.entries()) {
        it(`${group}: ${behaviour.sentence}`, { timeout: 60_000 }, async () => behaviour.play(await scene(world, `${group}-${index}`)))
      }
    }
  })
}
