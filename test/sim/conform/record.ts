import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Line } from './trace.ts'

const FILE = new URL('traces.json', import.meta.url)

/** What a real API server answered, as digests: enough to see that an answer differs where no real server can be run. */
export interface Recorded {
  readonly kubernetes: string
  /** Scenario → step → digest of its line. */
  readonly scenarios: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Of one line: 12 hexadecimal digits of its SHA-256. */
export function digest(line: Line): string {
  return createHash('sha256').update(JSON.stringify([line.status, line.body])).digest('hex').slice(0, 12)
}

/** Digests of a trace by step. */
export function digests(lines: readonly Line[]): Readonly<Record<string, string>> {
  return Object.fromEntries(lines.map(line => [line.step, digest(line)]))
}

/** The record that is checked in. */
export function recorded(): Recorded {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Recorded
}

/** Replaces the record. */
export function record(all: Recorded): void {
  writeFileSync(FILE, `${JSON.stringify(all, undefined, 1)}\n`)
}
