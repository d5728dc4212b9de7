import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { ROOT } from '../tidy/sources.ts'
import { execute } from './kit/kubectl.ts'
import { sandbox } from './kit/sandbox.ts'

/** Objects in the fenced YAML blocks of a page. */
const examples = (path: string): readonly string[] =>
  [...readFileSync(`${ROOT}${path}`, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(match => match[1] ?? '').filter(text => text.includes('kind:'))

/** `kubectl backup` lines of the fenced shell blocks. */
const commands = (path: string): readonly string[] =>
  [...readFileSync(`${ROOT}${path}`, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(match => (match[1] ?? '').split('\n')).filter(line => line.startsWith('kubectl backup ')).map(line => line.replace(/ +#.*$/, ''))

const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })]

test('every example object in the documentation is admitted', async t => {
  const box = await sandbox(t, 'docs')
  const all = pages.flatMap(path => examples(path).map(text => ({ path, text })))
  assert.ok(all.length >= 3, `only ${all.length} examples found`)
  for (const { path, text } of all) {
    const outcome = await execute('kubectl', ['-n', box.namespace, 'apply', '--dry-run=server', '-f', '-'], text)
    assert.equal(outcome.code, 0, `${path}: ${outcome.stderr}\n${text}`)
  }
})

test('every kubectl backup line in the documentation has a verb and flags that exist', async () => {
  const lines = pages.filter(path => !path.startsWith('docs/reference/')).flatMap(path => commands(path).map(line => ({ path, line })))
  assert.ok(lines.length >= 6, `only ${lines.length} lines found`)
  for (const { path, line } of lines) {
    const words = line.split(/\s+/).slice(2)
    const verb = words[0] === 'policy' || words[0] === 'repository' ? words.slice(0, 2) : words.slice(0, 1)
    const help = await execute('kubectl', ['backup', ...verb, '--help'])
    assert.equal(help.code, 0, `${path}: ${line}: ${help.stderr}`)
    for (const flag of words.filter(word => word.startsWith('-')).map(word => word.split('=')[0] ?? '')) {
      assert.ok(new RegExp(`(^|[\\s,])${flag}\\b`).test(help.stdout), `${path}: ${line}: ${flag} is not in the help`)
    }
  }
})
