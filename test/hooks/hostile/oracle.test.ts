import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { allScenes } from './all-scenes.ts'
import { faultsOf, type Baseline } from './oracle.ts'
import { ROWS, type Edit } from './oracle/rows.ts'
import type { Scene } from './scene.ts'
import { baselinesOf } from './storm.ts'
import { target } from './target.ts'

const server = await target(await allScenes())
after(() => server[Symbol.asyncDispose]())
const baselines = await baselinesOf(server, await allScenes())

for (const [rule, rows] of Object.entries(ROWS)) {
  describe(`the oracle, about ${rule}`, () => {
    for (const { says, scene: name, sent = [], answered = [], refused } of rows) {
      test(`${refused === undefined ? 'lets through' : 'refuses'}: ${name}, ${says}`, () => {
        const [scene, baseline] = [...baselines].find(([each]) => each.name === name) as [Scene, Baseline]
        const reply = { ...baseline.reply, text: JSON.stringify(edited(JSON.parse(baseline.reply.text), answered)) }
        const faults = faultsOf(baseline, JSON.stringify(edited(scene.body, sent)), reply)
        if (refused === undefined) assert.deepEqual(faults, [])
        else assert.match(faults.join('\n'), refused)
      })
    }
  })
}

test('it finds no fault in a good answer', () => {
  for (const [scene, baseline] of baselines) assert.deepEqual(faultsOf(baseline, JSON.stringify(scene.body), baseline.reply), [], scene.name)
})

test('among the good answers are some of every sort that it has to tell apart', () => {
  const sorts = new Set([...baselines].flatMap(([{ path, body }, { reply: { text } }]) => sortsOf(path, body, JSON.parse(text) as Answer)))
  const expected = ['Backup', 'BackupPolicy', 'BackupRepository', 'Restore'].map(kind => `a new child of a ${kind}`)
  assert.deepEqual([...sorts].sort(), [...expected, 'finalize backup: not yet', 'finalize restore: not yet'].sort())
})

interface Answer {
  readonly children?: readonly { readonly metadata: { readonly name: string } }[]
  readonly finalized?: boolean
}

function sortsOf(path: string, { parent, children }: Scene['body'], answer: Answer): readonly string[] {
  const [, kind, verb] = path.split('/')
  const present = Object.values(children ?? {}).flatMap(group => Object.values(group)).map(({ metadata }) => metadata.name)
  const isNew = answer.children?.some(({ metadata }) => !present.includes(metadata.name)) === true
  return [...isNew ? [`a new child of a ${parent.kind}`] : [], ...verb === 'finalize' && answer.finalized === false ? [`finalize ${kind}: not yet`] : []]
}

/** A copy with each value at its path; one that is undefined is taken away. */
function edited(value: unknown, edits: readonly Edit[]): unknown {
  const copy = structuredClone(value)
  for (const [path, inside] of edits) {
    const holder = path.slice(0, -1).reduce<unknown>((outer, key) => (outer as Record<string, unknown>)[key], copy) as Record<string, unknown>
    const key = path.at(-1) ?? ''
    if (inside === undefined && Array.isArray(holder)) holder.splice(Number(key), 1)
    else if (inside === undefined) delete holder[key]
    else Object.defineProperty(holder, key, { value: inside, enumerable: true, configurable: true, writable: true })
  }
  return copy
}
