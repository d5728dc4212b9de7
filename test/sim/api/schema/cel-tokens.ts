/** A piece of a rule. */
export interface Token {
  readonly type: 'name' | 'string' | 'number' | 'operator' | 'end'
  readonly text: string
}

const PIECE = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\d+)|(\|\||&&|==|!=|<=|>=|[!<>().,]))/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', '\'': '\'', '"': '"', '`': '`', '?': '?' }

/** Cuts a rule into tokens. Throws for what the evaluator does not know. */
export function tokensOf(rule: string): readonly Token[] {
  const tokens: Token[] = []
  const text = rule.trim()
  for (let at = 0; at < text.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at
    const match = PIECE.exec(text)
    if (match === null) throw new Error(`CEL: can't read ${JSON.stringify(text.slice(at, at + 20))} in ${JSON.stringify(rule)}`)
    tokens.push(tokenOf(match))
  }
  return [...tokens, { type: 'end', text: '' }]
}

function tokenOf([, name, string, number, operator]: RegExpExecArray): Token {
  if (name !== undefined) return { type: 'name', text: unescapedName(name) }
  if (string !== undefined) return { type: 'string', text: unescaped(string.slice(1, -1)) }
  if (number !== undefined) return { type: 'number', text: number }
  return { type: 'operator', text: operator ?? '' }
}

/** Kubernetes writes fields that CEL reserves as `__namespace__`. */
function unescapedName(name: string): string {
  return /^__(namespace|in|true|false|null|as|break|const|continue|else|for|function|if|import|let|loop|package|return|var|void|while)__$/.exec(name)?.[1] ?? name
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (whole, letter: string) => {
    const value = ESCAPES[letter]
    if (value === undefined) throw new Error(`CEL: unknown escape ${whole}`)
    return value
  })
}
