import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { inline, loadDefinitions, loadKinds, walk, type JsonSchema } from '../../schemas/generate/load.ts'
import { outputs } from '../../schemas/generate/outputs.ts'

const kinds = loadKinds()
const definitions = loadDefinitions()

test('generated files are those that the schemas give; run `npm run generate`', async () => {
  for (const [path, text] of await outputs()) {
    assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), text, path)
  }
})

for (const kind of kinds) {
  test(`${kind.kind}: every field has a description, every text and list a limit`, () => {
    for (const schema of [kind.spec, kind.status]) {
      const missing = missingIn(inline(schema, definitions), kind.kind)
      assert.deepEqual(missing, [])
    }
  })
}

/** Limits keep CEL rules within the API server's cost budget and objects within etcd's size. */
function missingIn(schema: JsonSchema, path: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const here = `${path}.${name}`
    const inner = node.items ?? node
    const own = [
      ...(node.description === undefined ? [`${here}: no description`] : []),
      ...(inner.type === 'string' && inner.enum === undefined && inner.maxLength === undefined && inner.format === undefined ? [`${here}: no maxLength`] : []),
      ...(node.type === 'array' && node.maxItems === undefined && node['x-kubernetes-list-type'] !== 'map' ? [`${here}: no maxItems`] : []),
    ]
    return [...own, ...missingIn(inner, here)]
  })
}

test('walk reaches every schema node and leaves defaults alone', () => {
  const seen: string[] = []
  walk({ type: 'object', properties: { a: { type: 'array', items: { type: 'string' } }, b: { type: 'object', additionalProperties: { type: 'integer' }, default: { properties: {} } } } },
    node => { seen.push(node.type ?? '?'); return node })
  assert.deepEqual(seen.sort(), ['array', 'integer', 'object', 'object', 'string'])
})
