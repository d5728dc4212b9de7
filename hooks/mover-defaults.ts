import type { Settings } from './hook.ts'

const NAME = 'HOLDFAST_MOVER_DEFAULTS'
type Defaults = NonNullable<Settings['moverDefaults']>

/**
 * What the chart's value `mover` says, as JSON: `{"runAs":"user","resources":{"requests":{"cpu":"50m"},"limits":{}}}`, each part as may be.
 * Throws, naming the variable, when it says anything else.
 */
export function moverDefaults(text = ''): Pick<Settings, 'moverDefaults'> {
  if (text === '') return {}
  const { runAs, resources, ...others } = objectOf(parse(text), 'an object')
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new Error(`${NAME} has ${unknown}, and there is resources and runAs`)
  if (runAs !== undefined && runAs !== 'root' && runAs !== 'user') throw new Error(`${NAME}: runAs must be root or user, got ${JSON.stringify(runAs)}`)
  return { moverDefaults: { ...(runAs !== undefined && { runAs }), ...(resources !== undefined && { resources: resourcesOf(resources) }) } }
}

function resourcesOf(value: unknown): NonNullable<Defaults['resources']> {
  const { requests, limits, ...others } = objectOf(value, 'resources with requests and limits')
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new Error(`${NAME}: resources has ${unknown}, and there is requests and limits`)
  return { ...(requests !== undefined && { requests: quantitiesOf(requests) }), ...(limits !== undefined && { limits: quantitiesOf(limits) }) }
}

/** YAML makes a number of `cpu: 1`. */
function quantitiesOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value, 'quantities by name')).map(([name, quantity]) => {
    if (typeof quantity === 'string' || typeof quantity === 'number') return [name, String(quantity)]
    throw new Error(`${NAME}: ${name} must be a quantity, got ${JSON.stringify(quantity)}`)
  }))
}

function objectOf(value: unknown, wanted: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new Error(`${NAME} must be ${wanted}, got ${JSON.stringify(value)}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${NAME} must be JSON, got ${JSON.stringify(text.slice(0, 100))}`, { cause })
  }
}
