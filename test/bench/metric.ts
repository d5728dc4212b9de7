/** One line of a benchmark's result. `aim` is a bound in `unit`; `ok` whether `value` keeps it. Without an aim it only informs. */
export interface Metric {
  readonly metric: string
  readonly value: number
  readonly unit: string
  readonly aim: string | null
  readonly ok: boolean
}

/** A metric whose value must be at least `aim`. */
export function atLeast(metric: string, { value, unit, aim }: Measured): Metric {
  return { metric, value: rounded(value), unit, aim: `>= ${aim}`, ok: value >= aim }
}

/** A metric whose value must be at most `aim`. */
export function atMost(metric: string, { value, unit, aim }: Measured): Metric {
  return { metric, value: rounded(value), unit, aim: `<= ${aim}`, ok: value <= aim }
}

/** A metric that only informs. */
export function fact(metric: string, value: number, unit: string): Metric {
  return { metric, value: rounded(value), unit, aim: null, ok: true }
}

export interface Measured {
  readonly value: number
  readonly unit: string
  readonly aim: number
}

/** The middle of several rounds: one disturbed round does not move it. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] ?? NaN : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** The value below which the given share (0–1) of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
