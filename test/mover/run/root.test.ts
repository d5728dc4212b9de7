import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { unreadableMessage } from '../../../mover/archive/commit.ts'
import { attributesMessage } from '../../../mover/archive/restore.ts'
import { orRoot } from '../../../mover/run/root.ts'
import { directoryError } from '../../../mover/stores/directory-errors.ts'
import { IS_ROOT } from '../context.ts'

const MOVER = new URL('../../../mover', import.meta.url).pathname
const DENIED = Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open' })

test('who is root is not told to be', () => {
  assert.equal(orRoot('Set mover.runAs: root.', 65532), 'Set mover.runAs: root.')
  assert.match(orRoot('Set mover.runAs: root.', 0), /root already.*no_root_squash/)
  const messages = [unreadableMessage(1, []), attributesMessage(2), (directoryError(DENIED, '/store') as Error).message]
  for (const message of messages) assert.equal(/runAs: root/.test(message), !IS_ROOT, message)
})

test('no message gives that advice without a look', () => {
  const lines = readdirSync(MOVER, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts')).flatMap(name => readFileSync(join(MOVER, name), 'utf8').split('\n'))
  assert.deepEqual(lines.filter(line => line.includes('runAs: root') && !line.includes('orRoot(')), [])
})
