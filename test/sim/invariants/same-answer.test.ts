import { tryHistories } from './histories.ts'
import { sameAnswer } from './same-answer.ts'

tryHistories(sameAnswer, [
  ['a call that was not played again says nothing', h => h.call({ answer: { a: 1 } })],
  ['the same bytes are right', h => h.call({ answer: { a: 1 }, answerText: '{"a":1}', replayed: '{"a":1}' })],
  ['other bytes are wrong', h => h.call({ answer: { a: 1 }, answerText: '{"a":1,"t":1}', replayed: '{"a":1,"t":2}' }), /answered the same input differently.*"t":1.*"t":2/],
])
