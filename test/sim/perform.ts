import { isDeepStrictEqual } from 'node:util'
import { STORIES } from './corners/all.ts'
import { playCorner } from './corners/play.ts'
import type { Finding } from './guard.ts'
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
  const problem = await struck(task.scenario, task.blow)
  return { ...task, marks: [...marksHit()], ...(problem !== undefined && { problem }) }
}

async function told({ type, story: index }: Extract<Task, { type: 'story' }>): Promise<Result> {
  const story = STORIES[index]
  if (story === undefined) throw new Error(`there is no story ${index}`)
  const problem = await playCorner(story)
  return { type, story: index, marks: [...marksHit()], ...(problem !== undefined && { problem }) }
}

const clean = new Map<number, Promise<Ending>>()

/** The invariant that was broken, or what is other than in the story without a blow; undefined when nothing is. */
async function struck(index: number, blow: Blow): Promise<Finding | undefined> {
  const scenario = SCENARIOS[index]
  if (scenario === undefined) throw new Error(`there is no scenario ${index}`)
  const known = clean.get(index) ?? playWith(scenario)
  clean.set(index, known)
  const expected = comparableAfter(blow, (await known).last)
  const { last, finding } = await playWith(scenario, blow).catch((error: unknown): Pick<Ending, 'last' | 'finding'> => ({ last: [`the story did not end: ${(error as Error).message}`] }))
  if (finding !== undefined) return finding
  const found = comparableAfter(blow, last)
  const message = scenario.judge ? scenario.judge(found) : difference(found, expected)
  return message === undefined ? undefined : { invariant: 'story', message }
}

function difference(found: readonly string[], expected: readonly string[]): string | undefined {
  if (isDeepStrictEqual(found, expected)) return undefined
  const more = found.filter(line => !expected.includes(line)).map(line => `+ ${line}`)
  const less = expected.filter(line => !found.includes(line)).map(line => `- ${line}`)
  return [...less, ...more].join('\n').slice(0, 4000)
}
