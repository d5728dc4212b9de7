const LIMIT = 1000

/**
 * A pure function that remembers its answers, for those dear to compute. It forgets all of them after a thousand, so that
 * no caller can fill the memory. What throws is not remembered.
 */
export const remember = <Value>(compute: (key: string) => Value): ((key: string) => Value) => {
  const answers = new Map<string, Value>()
  return (key) => {
    const known = answers.get(key)
    if (known !== undefined || answers.has(key)) return known as Value
    const answer = compute(key)
    if (answers.size >= LIMIT) answers.clear()
    answers.set(key, answer)
    return answer
  }
}
