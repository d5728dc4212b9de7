import { equal } from '../draft.ts'
import { tokensOf, type Token } from './cel-tokens.ts'

/** What a rule may speak of. */
export interface Scope {
  readonly self: unknown
  readonly oldSelf?: unknown
}

/** A rule that was read. It holds when it answers true; a CelError is what CEL calls an error. */
export interface Rule {
  readonly holds: (scope: Scope) => unknown
  /** Speaks of oldSelf, so it is asked only where there was an old value. */
  readonly transition: boolean
}

/** An error is a value: `||` and `&&` may not care for it. */
export class CelError {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

type Expression = (scope: Scope) => unknown

/** Reads a rule of the subset that the CRDs use. Throws for anything else, so that no rule is passed over. */
export function celRule(text: string): Rule {
  const tokens = tokensOf(text)
  const parser = new Parser(tokens, text)
  const holds = parser.or()
  parser.expect('end', '')
  return { holds, transition: tokens.some(token => token.type === 'name' && token.text === 'oldSelf') }
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #text: string
  #at = 0

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens
    this.#text = text
  }

  or(): Expression {
    let left = this.#and()
    while (this.#take('||')) left = either(left, this.#and(), true)
    return left
  }

  expect(type: Token['type'], text?: string): string {
    const token = this.#peek()
    if (token.type !== type || (text !== undefined && token.text !== text)) throw this.#unknown()
    this.#at += 1
    return token.text
  }

  #and(): Expression {
    let left = this.#relation()
    while (this.#take('&&')) left = either(left, this.#relation(), false)
    return left
  }

  #relation(): Expression {
    let left = this.#unary()
    for (let compare = RELATIONS.get(this.#peek().text); compare !== undefined && this.#peek().type === 'operator'; compare = RELATIONS.get(this.#peek().text)) {
      this.#at += 1
      left = strict(compare, left, this.#unary())
    }
    return left
  }

  #unary(): Expression {
    if (!this.#take('!')) return this.#member()
    const inner = this.#unary()
    return scope => {
      const value = inner(scope)
      return value instanceof CelError ? value : typeof value === 'boolean' ? !value : new CelError('! of no boolean')
    }
  }

  #member(): Expression {
    let value = this.#primary()
    while (this.#take('.')) {
      const name = this.expect('name')
      value = this.#take('(') ? this.#method(value, name) : field(value, name)
    }
    return value
  }

  #method(on: Expression, name: string): Expression {
    const method = METHODS.get(name)
    const argument = this.or()
    this.expect('operator', ')')
    if (method === undefined) throw this.#unknown(name)
    return strict((value, text) => typeof value === 'string' && typeof text === 'string' ? method(value, text) : new CelError(`no such overload: ${name}`), on, argument)
  }

  #primary(): Expression {
    if (this.#take('(')) {
      const inner = this.or()
      this.expect('operator', ')')
      return inner
    }
    const { type, text } = this.#peek()
    this.#at += 1
    if (type === 'string') return () => text
    if (type === 'number') return () => Number(text)
    if (type !== 'name') throw this.#unknown(text)
    return this.#take('(') ? this.#call(text) : variable(text) ?? this.#fail(text)
  }

  #call(name: string): Expression {
    if (name !== 'has' && name !== 'size') throw this.#unknown(name)
    const argument = this.#member()
    this.expect('operator', ')')
    return name === 'size' ? strict(sizeOf, argument, argument) : scope => {
      const value = argument(scope)
      return value instanceof CelError ? value.message === 'absent' ? false : value : true
    }
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '' }
  }

  #take(operator: string): boolean {
    const { type, text } = this.#peek()
    if (type !== 'operator' || text !== operator) return false
    this.#at += 1
    return true
  }

  #fail(name: string): never {
    throw this.#unknown(name)
  }

  #unknown(what = this.#peek().text): Error {
    return new Error(`CEL: the simulated API server does not know ${JSON.stringify(what)} in ${JSON.stringify(this.#text)}`)
  }
}

const RELATIONS = new Map<string, (a: unknown, b: unknown) => unknown>([
  ['==', equal],
  ['!=', (a, b) => !equal(a, b)],
  ['<', (a, b) => compared(a, b, order => order < 0)],
  ['<=', (a, b) => compared(a, b, order => order <= 0)],
  ['>', (a, b) => compared(a, b, order => order > 0)],
  ['>=', (a, b) => compared(a, b, order => order >= 0)],
])

const METHODS = new Map<string, (value: string, argument: string) => boolean>([
  ['contains', (value, part) => value.includes(part)],
  ['startsWith', (value, part) => value.startsWith(part)],
  ['endsWith', (value, part) => value.endsWith(part)],
  ['matches', (value, pattern) => regularExpression(pattern).test(value)],
])

const expressions = new Map<string, RegExp>()

function regularExpression(pattern: string): RegExp {
  let found = expressions.get(pattern)
  if (found === undefined) expressions.set(pattern, found = new RegExp(pattern, 'u'))
  return found
}

function compared(a: unknown, b: unknown, holds: (order: number) => boolean): unknown {
  return typeof a === 'number' && typeof b === 'number' ? holds(a - b) : new CelError('no such overload: comparison')
}

function sizeOf(value: unknown): unknown {
  if (typeof value === 'string') return [...value].length
  if (typeof value !== 'object' || value === null) return new CelError('no such overload: size')
  return Object.keys(value).length
}

function variable(name: string): Expression | undefined {
  if (name === 'self') return scope => scope.self
  if (name === 'oldSelf') return scope => scope.oldSelf
  return name === 'true' || name === 'false' ? () => name === 'true' : undefined
}

function field(of: Expression, name: string): Expression {
  return scope => {
    const value = of(scope)
    if (value instanceof CelError) return value.message === 'absent' ? new CelError('no such key') : value
    if (typeof value !== 'object' || value === null) return new CelError('no such overload: field of no object')
    return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : new CelError('absent')
  }
}

function strict(apply: (a: unknown, b: unknown) => unknown, left: Expression, right: Expression): Expression {
  return scope => {
    const [a, b] = [left(scope), right(scope)]
    return a instanceof CelError ? a : b instanceof CelError ? b : apply(a, b)
  }
}

/** `||` (decided by true) and `&&` (by false): one deciding side is enough, even beside an error. */
function either(left: Expression, right: Expression, decisive: boolean): Expression {
  return scope => {
    const a = left(scope)
    if (a === decisive) return a
    const b = right(scope)
    if (b === decisive) return b
    return a instanceof CelError ? a : b
  }
}
