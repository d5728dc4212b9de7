/**
 * The same stream, with the next items being made while the last one is still in use: so that reading goes on while something
 * is written. `count` items at most are under way or waiting.
 */
export async function* ahead<T>(source: AsyncIterable<T>, count = 2): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]()
  const waiting: Promise<IteratorResult<T>>[] = []
  try {
    for (;;) {
      while (waiting.length < count) {
        const item = items.next()
        // A failure is met when its turn comes; until then it is not unhandled.
        item.catch(() => undefined)
        waiting.push(item)
      }
      const { done, value } = await waiting.shift() as IteratorResult<T>
      if (done) return
      yield value
    }
  } finally {
    // Not waited for: an item under way may be long in coming, and whoever left has a failure to tell.
    items.return?.().catch(() => undefined)
  }
}
