import type { Store } from '../../../mover/stores/store.ts'

/** Methods of a store that can be made to fail or to lie. */
export type Operation = 'put' | 'create' | 'get' | 'head' | 'list' | 'delete' | 'sweep'

/** What is done in place of a call. `real` does what was asked; `before` is the store's content of when the faults were set. */
export type Fault = (call: { readonly operation: Operation; readonly args: readonly unknown[]; readonly real: () => unknown; readonly before: Store }) => unknown

interface Rule {
  readonly operation: Operation
  first: number
  count: number
  does: Fault | undefined
  readonly where: (key: string) => boolean
  calls: number
}

/** `fault('get').nth(2).times(3).does(lie)`: the second to fourth get lies. By default the first and all after it. */
export interface FaultRule {
  nth(n: number): FaultRule
  times(k: number): FaultRule
  does(fault: Fault): void
}

export interface FaultyStore extends Store {
  /** A rule for calls of an operation, on keys for which `where` is true. */
  fault(operation: Operation, where?: (key: string) => boolean): FaultRule
  /** How often a rule has struck. */
  struck(): number
}

/** A store whose calls go wrong as told. The first rule that has a turn strikes. */
export function faultyStore(real: Store, before: Store = real): FaultyStore {
  const rules: Rule[] = []
  let struck = 0
  const call = (operation: Operation, args: readonly unknown[], work: () => unknown): unknown => {
    const matching = rules.filter(rule => rule.operation === operation && rule.where(String(args[0])))
    for (const rule of matching) rule.calls += 1
    const rule = matching.find(({ does, first, count, calls }) => does !== undefined && calls >= first && calls < first + count)
    if (rule?.does === undefined) return work()
    struck += 1
    return rule.does({ operation, args, real: work, before })
  }
  return {
    description: 'a faulty store',
    put: async (key, source, options) => call('put', [key, source], () => real.put(key, source, options)) as ReturnType<Store['put']>,
    create: async (key, content) => call('create', [key, content], () => real.create(key, content)) as Promise<boolean>,
    get: async key => call('get', [key], () => real.get(key)) as ReturnType<Store['get']>,
    head: async key => call('head', [key], () => real.head(key)) as ReturnType<Store['head']>,
    list: prefix => call('list', [prefix], () => real.list(prefix)) as ReturnType<Store['list']>,
    delete: async key => call('delete', [key], () => real.delete(key)) as Promise<void>,
    sweep: async date => call('sweep', [date], () => real.sweep(date)) as Promise<number>,
    fault: (operation, where = () => true) => {
      const rule: Rule = { operation, first: 1, count: Infinity, does: undefined, where, calls: 0 }
      rules.push(rule)
      const api: FaultRule = {
        nth: n => {
          rule.first = n
          return api
        },
        times: k => {
          rule.count = k
          return api
        },
        does: fault => { rule.does = fault },
      }
      return api
    },
    struck: () => struck,
  }
}
