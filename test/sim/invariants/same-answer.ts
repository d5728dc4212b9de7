import type { HookCall, Invariant } from './invariant.ts'

/** S1. Calls are played twice now and then; the second time the hook hears the same answers to its questions. */
export function sameAnswer(): Invariant {
  return {
    name: 'S1',
    title: 'S1 the same input gives the same bytes',
    onCall({ kind, verb, answer, answerText, replayed }: HookCall) {
      if (replayed === undefined) return undefined
      const text = answerText ?? JSON.stringify(answer)
      if (replayed === text) return undefined
      return `${kind}/${verb} answered the same input differently: ${excerpt(text, replayed)}`
    },
  }
}

/** Where two texts begin to differ. */
function excerpt(one: string, other: string): string {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  const from = Math.max(0, at - 60)
  return `…${one.slice(from, at + 80)}… then …${other.slice(from, at + 80)}…`
}
