import { isDeepStrictEqual } from 'node:util'
import { STORIES } from './corners/all.ts'
import { playCorner } from './corners/play.ts'
import { forgetMarks, marksHit, watchRules } from './marks.ts'
import type { Result, Task } from './pool.ts'
import { comparableAfter, playWith, type Blow, type Ending } from './scenarios/exhaustive.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import { playSeed } from './seed.ts'

watchRules()

/** Does one task. From the first on, every rule leaves its mark. */
export async function perform(task: Task): Promise<Result> {
  forgetMarks()
  if (task.type === 'seed') return { type: 'seed', result: await playSeed(task.seed) }
  if (task.type === 'story') return await told(task)
  const difference = await struck(task.scenario, task.blow)
  return { ...task, marks: [...marksHit()], ...(difference !== undefined && { difference }) }
}

async function told({ type, story: index }: Extract<Task, { type: 'story' }>): Promise<Result> {
  const story = STORIES[index]
  if (story === undefined) throw new Error(`there is no story ${index}`)
  const problem = await playCorner(story)
  return { type, story: index, marks: [...marksHit()], ...(problem !== undefined && { problem }) }
}

const clean = new Map<number, Promise<Ending>>()

/** What is other than in the story without a blow; undefined when nothing is. */
async function struck(index: number, blow: Blow): Promise<string | undefined> {
  const scenario = SCENARIOS[index]
  if (scenario === undefined) throw new Error(`there is no scenario ${index}`)
  const known = clean.get(index) ?? playWith(scenario)
  clean.set(index, known)
  const expected = comparableAfter(blow, (await known).last)
  const found = await playWith(scenario, blow).then(({ last }) => comparableAfter(blow, last), (error: unknown) => [`the story did not end: ${(error as Error).message}`])
  if (scenario.judge) return scenario.judge(found)
  if (isDeepStrictEqual(found, expected)) return undefined
  const more = found.filter(line => !expected.includes(line)).map(line => `+ ${line}`)
  const less = expected.filter(line => !found.includes(line)).map(line => `- ${line}`)
  return [...less, ...more].join('\n').slice(0, 4000)
}
