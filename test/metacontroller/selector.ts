export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

type Labels = Readonly<Record<string, string>>

/** Whether labels satisfy a selector. An absent or empty selector matches everything. */
export function matches(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return equal && (selector?.matchExpressions ?? []).every(expression => holds(expression, labels))
}

/** Reads the command-line form: `a=b,c!=d,e,!f,g in (x,y),h notin (z)`. */
export function parseSelector(text: string): LabelSelector {
  const parts = text.match(/[^,(]+(\([^)]*\))?/g) ?? []
  return { matchExpressions: parts.map(part => part.trim()).filter(part => part !== '').map(parsePart) }
}

function parsePart(part: string): { key: string; operator: string; values?: readonly string[] } {
  const set = /^(\S+)\s+(in|notin)\s+\((.*)\)$/.exec(part)
  if (set !== null) return { key: set[1] ?? '', operator: set[2] === 'in' ? 'In' : 'NotIn', values: (set[3] ?? '').split(',').map(value => value.trim()) }
  const equality = /^([^!=]+)(!=|==?)(.*)$/.exec(part)
  if (equality !== null) return { key: (equality[1] ?? '').trim(), operator: equality[2] === '!=' ? 'NotIn' : 'In', values: [(equality[3] ?? '').trim()] }
  return part.startsWith('!') ? { key: part.slice(1), operator: 'DoesNotExist' } : { key: part, operator: 'Exists' }
}

function holds(expression: { key: string; operator: string; values?: readonly string[] }, labels: Labels): boolean {
  const value = labels[expression.key]
  switch (expression.operator) {
    case 'In': return value !== undefined && (expression.values ?? []).includes(value)
    case 'NotIn': return value === undefined || !(expression.values ?? []).includes(value)
    case 'Exists': return value !== undefined
    case 'DoesNotExist': return value === undefined
    default: throw new Error(`label selector: unknown operator ${expression.operator}`)
  }
}
