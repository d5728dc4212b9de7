/** What a run of the fault rounds may be told by its environment. */
export interface Settings {
  /** So many rounds, and those more that it takes to strike everybody and to see something done among them; 0: none for all of the time. HOLDFAST_FAULT_ROUNDS. @default 50 */
  readonly rounds: number
  /** Seconds that the rounds should take; three times as long they may, eight times where nothing is done among them. What comes after them has bounds of its own. HOLDFAST_FAULT_SECONDS. @default 300 */
  readonly seconds: number
  /** Decides victims, pauses and times of being down. HOLDFAST_FAULT_SEED. @default one of the clock's */
  readonly seed: number
}

/** Reads the settings; a number that is none is refused. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return {
    rounds: numberOf(env, 'HOLDFAST_FAULT_ROUNDS') ?? 50,
    seconds: numberOf(env, 'HOLDFAST_FAULT_SECONDS') ?? 300,
    seed: numberOf(env, 'HOLDFAST_FAULT_SEED') ?? Date.now() % 1_000_000,
  }
}

function numberOf(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} is ${JSON.stringify(text)}; give a whole number`)
  return value
}
