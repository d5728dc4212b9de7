import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'

/** Compares a value with a file beside the test; `UPDATE_GOLDEN=1` writes the file instead. */
export function matchesGolden(value: unknown, file: URL): void {
  const text = `${JSON.stringify(value, undefined, 2)}\n`
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text)
  assert.equal(text, readFileSync(file, 'utf8'), `${file.pathname} differs; look at the change, then run again with UPDATE_GOLDEN=1`)
}
