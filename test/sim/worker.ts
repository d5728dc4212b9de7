import { isDeepStrictEqual } from 'node:util'
import { parentPort } from 'node:worker_threads'
import { marksHit, watchRules } from './marks.ts'
import type { Result, Task } from './pool.ts'
import { playWith, type Blow, type Ending } from './scenarios/exhaustive.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import { playSeed } from './seed.ts'

watchRules()
parentPort?.on('message', (task: Task) => void perform(task).then(result => parentPort?.postMessage(result)))

async function perform(task: Task): Promise<Result> {
  if (task.type === 'seed') return { type: 'seed', result: await playSeed(task.seed) }
  const difference = await struck(task.scenario, task.blow)
  return { ...task, marks: [...marksHit()], ...(difference !== undefined && { difference }) }
}

const clean = new Map<number, Promise<Ending>>()

/** What is other than in the story without a blow; undefined when nothing is. */
async function struck(index: number, blow: Blow): Promise<string | undefined> {
  const scenario = SCENARIOS[index]
  if (scenario === undefined) throw new Error(`there is no scenario ${index}`)
  const known = clean.get(index) ?? playWith(scenario)
  clean.set(index, known)
  const expected = (await known).last
  const found = await playWith(scenario, blow).then(({ last }) => last, (error: unknown) => [`the story did not end: ${(error as Error).message}`])
  if (scenario.judge) return scenario.judge(found)
  if (isDeepStrictEqual(found, expected)) return undefined
  const more = found.filter(line => !expected.includes(line)).map(line => `+ ${line}`)
  const less = expected.filter(line => !found.includes(line)).map(line => `- ${line}`)
  return [...less, ...more].join('\n').slice(0, 4000)
}
