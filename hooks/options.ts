import type { Settings } from './hook.ts'
import { moverDefaults } from './mover-defaults.ts'

/** What the environment of the hooks server says. */
export interface Options {
  readonly port: number
  readonly tokenFile: string
  readonly logLevel: string
  readonly settings: Settings
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Options from environment variables. Throws, naming the variable, when one is missing or wrong. */
export function optionsFrom(env: Readonly<Record<string, string | undefined>>): Options {
  const imagePullPolicy = oneOf('HOLDFAST_IMAGE_PULL_POLICY', env.HOLDFAST_IMAGE_PULL_POLICY || 'IfNotPresent', PULL_POLICIES)
  return {
    port: portOf(env.PORT || '8080'),
    tokenFile: required(env, 'HOLDFAST_TOKEN_FILE'),
    logLevel: oneOf('LOG_LEVEL', env.LOG_LEVEL || 'info', LOG_LEVELS),
    settings: { moverImage: required(env, 'HOLDFAST_MOVER_IMAGE'), imagePullPolicy, ...moverDefaults(env.HOLDFAST_MOVER_DEFAULTS) },
  }
}

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} must be set`)
  return value
}

function portOf(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new Error(`PORT must be a port number, got ${JSON.stringify(text)}`)
}

function oneOf<Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find(candidate => candidate === value)
  if (found !== undefined) return found
  throw new Error(`${name} must be one of ${allowed.join(', ')}, got ${JSON.stringify(value)}`)
}
