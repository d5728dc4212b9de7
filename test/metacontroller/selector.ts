export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

type Labels = Readonly<Record<string, string>>

/** Whether labels satisfy a selector. An absent or empty selector matches everything. */
export function matches(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return equal && (selector?.matchExpressions ?? []).every(expression => holds(expression, labels))
}

/** Throws what LabelSelectorAsSelector refuses: keys and values that no label can have, and a wrong number of values. */
export function requireSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): void {
  for (const [key, value] of Object.entries(matchLabels)) requireRequirement({ key, operator: 'In', values: [value] })
  for (const expression of matchExpressions) requireRequirement(expression)
}

function requireRequirement({ key, operator, values = [] }: { key: string; operator: string; values?: readonly string[] }): void {
  if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)) throw new Error(`"${operator}" is not a valid label selector operator`)
  const isIn = operator === 'In' || operator === 'NotIn'
  if (isIn && values.length === 0) throw new Error("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty")
  if (!isIn && values.length > 0) throw new Error('values: Invalid value: values set must be empty for exists and does not exist')
  const [name = '', prefix, ...more] = key.split('/').toReversed()
  const isKey = more.length === 0 && NAME.test(name) && (prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix)))
  if (!isKey) throw new Error(`key: Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.'`)
  const wrong = values.find(value => value !== '' && !NAME.test(value))
  if (wrong !== undefined) throw new Error(`values[0][${key}]: Invalid value: ${JSON.stringify(wrong)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'`)
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
