import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { stripTypeScriptTypes } from 'node:module'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { load } from 'js-yaml'
import { MUTANTS, mutantNamed } from './all.ts'
import { mutatedText, ROOT } from './apply.ts'
import { planted } from './mutant.ts'

/** Where the bug happened: a project, or the paper that found its kind. */
const PLACE = /\b(Velero|K8up|VolSync|snapscheduler|Gemini|KubeBlocks|CloudNativePG|Crunchy|Stash|Kopiur|Metacontroller|lib-volume-populator|keiretsu-labs|Sieve|Acto|Mutiny|client-go|Holdfast)\b/

test('there are at least 32 mutants, each with a name of its own', () => {
  assert.ok(MUTANTS.length >= 32, String(MUTANTS.length))
  assert.equal(new Set(MUTANTS.map(mutant => mutant.name)).size, MUTANTS.length)
  assert.equal(new Set(MUTANTS.map(mutant => mutatedText(mutant))).size, MUTANTS.length)
  assert.deepEqual(MUTANTS.filter(mutant => !/^[a-z]+(-[a-z]+)+$/.test(mutant.name)).map(mutant => mutant.name), [])
})

test('each lies in the product, says where it happened, and what should notice', () => {
  assert.deepEqual(MUTANTS.filter(mutant => !/^((hooks|lib)\/[a-z/-]+\.ts|metacontroller\/[a-z-]+\.yaml)$/.test(mutant.file)).map(mutant => mutant.name), [])
  assert.deepEqual(MUTANTS.filter(mutant => !PLACE.test(mutant.story) || mutant.story.length < 60).map(mutant => mutant.name), [])
  assert.deepEqual(MUTANTS.filter(mutant => mutant.breaks.length === 0 || !mutant.breaks.every(name => /^(S\d+|D\d*|L\d+|goal|proof|story)$/.test(name))).map(mutant => mutant.name), [])
})

for (const mutant of MUTANTS) {
  test(`${mutant.name}: its place is there once, and what comes of it is a module, or a manifest`, () => {
    if (mutant.file.endsWith('.yaml')) assert.equal((load(mutatedText(mutant)) as { kind: string }).kind, 'CompositeController')
    else transformSync(stripTypeScriptTypes(mutatedText(mutant)), { loader: 'js', format: 'esm' })
    assert.notEqual(mutant.find, mutant.replace)
  })
}

test('a place that occurs twice, or not at all, is refused', () => {
  const mutant = { name: 'x', story: '', file: 'f', find: 'a', replace: '$&b', breaks: [] }
  assert.equal(planted(mutant, '1a2'), '1$&b2')
  assert.throws(() => planted(mutant, 'aa'), /occurs 2 times/)
  assert.throws(() => planted(mutant, 'b'), /occurs 0 times/)
  assert.throws(() => mutantNamed('no-such'), /there is no mutant no-such/)
})

test('the loader gives another process the mutated module, types and all', () => {
  const mutant = mutantNamed('transition-time-is-now')
  const script = 'import { mergeConditions } from "./lib/conditions.ts";'
    + 'const before = [{ type: "Ready", status: "True", reason: "", message: "", lastTransitionTime: "old" }];'
    + 'console.log(mergeConditions(before, before, new Date(0))[0].lastTransitionTime)'
  const times = [mutant.name, ''].map(name => execFileSync(process.execPath, ['--import', './test/sim/mutants/load.ts', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(ROOT), env: { ...process.env, HOLDFAST_SIM_MUTANT: name }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
  }).trim())
  assert.deepEqual(times, ['1970-01-01T00:00:00Z', 'old'])
})

test('the loader gives another process the mutated manifest, and no other', () => {
  const script = 'const { MANIFESTS } = await import("./test/sim/metacontroller.ts"); console.log(JSON.stringify(MANIFESTS.map(({ metadata, spec }) => [metadata.name, spec.hooks.finalize !== undefined])))'
  const [mutated, clean] = ['records-without-finalizer', ''].map(name => execFileSync(process.execPath, ['--import', './test/sim/mutants/load.ts', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(ROOT), env: { ...process.env, HOLDFAST_SIM_MUTANT: name }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
  })).map(text => JSON.parse(text) as [string, boolean][])
  assert.deepEqual(mutated?.filter(([name, finalizes]) => finalizes !== new Map(clean).get(name)), [['holdfast-backup', false]])
})
