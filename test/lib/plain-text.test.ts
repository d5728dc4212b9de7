import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isPlain, plainText } from '../../lib/plain-text.ts'

const rows: readonly [string, string, string][] = [
  ['words, tabs and lines stay', 'ein Wort\tund ein Büro\n日本語 😀', 'ein Wort\tund ein Büro\n日本語 😀'],
  ['a colour goes whole', '\u001B[1;31mred\u001B[0m', 'red'],
  ['so does what moves the cursor or clears the screen', 'a\u001B[2J\u001B[Hb', 'ab'],
  ['and the same with one character of C1', 'a\u009B2Jb', 'ab'],
  ['a title of the window cannot begin', '\u001B]0;owned\u0007x', ' ]0;owned x'],
  ['a carriage return overwrites nothing', 'Failed\rCompleted', 'Failed Completed'],
  ['nor does a backspace', 'no\b\byes', 'no yes'],
  ['DEL, NUL and NEL are spaces', 'a\u007Fb\u0000c\u0085d', 'a b c d'],
  ['a sequence that its own removal would make is none', '\u001B\u001B[0m[31mx', ' [31mx'],
]

describe('plainText', () => {
  for (const [sentence, text, wanted] of rows) it(sentence, () => assert.equal(plainText(text), wanted))
  it('leaves nothing that controls, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => !/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/.test(plainText(text)) && isPlain(plainText(text))))
  })
})
