import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { configMap, eventually, type Scene } from '../scene.ts'
import { THING } from '../world.ts'
import type { Behaviour } from './behaviour.ts'

/** Answers that end the whole process, with every controller in it. Each play has a Metacontroller of its own. */
export const crashes: readonly Behaviour[] = [
  { sentence: 'a null child ends the process', play: scene => dies(scene, { sync: { body: { status: { phase: 'Never' }, children: [configMap('never'), null] } } }) },
  { sentence: 'a null related rule ends the process', play: scene => dies(scene, { sync: { body: {} }, customize: { body: { relatedResources: [null] } } }) },
]

async function dies(scene: Scene, answers: { sync: { body: object }; customize?: { body: object } }): Promise<void> {
  const own = await scene.world.startMetacontroller(scene.name)
  await scene.play({ sync: () => answers.sync, ...(answers.customize === undefined ? {} : { customize: () => answers.customize ?? {} }) }, {}, { instance: scene.name })
  await scene.parent()
  await eventually(() => assert.notEqual(codeOf(own), null))
  assert.notEqual(codeOf(own), 0)
  assert.equal((await scene.get(THING.apiVersion, THING.plural, 'parent'))?.status, undefined)
  assert.equal(await scene.get('v1', 'configmaps', 'never'), undefined)
}

function codeOf(child: ChildProcess): number | null {
  return child.exitCode
}
