import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { reference } from '../reference.ts'

describe('docs/reference/cli.md', () => {
  it('has every command, argument, flag and exit code as they are', async () => {
    const written = await readFile(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8')
    assert.equal(written, await reference(), 'write it anew: node test/plugin/reference.ts > docs/reference/cli.md')
  })
})
