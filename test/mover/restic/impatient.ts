import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../context.ts'

/** HOLDFAST_MOVER_ROUNDS beyond the usual ten is for a long run: there restic may ask for as long as it likes. */
export const PATIENT = Number(process.env.HOLDFAST_MOVER_ROUNDS ?? 10) > 10

/**
 * A PATH with the real restic, but for its patience: what fails it asks for again for minutes (0.17 and later for a quarter of an hour). This one ends where it would begin
 * to, with the error that it was told; `refusal` is a word of the only error at which it does so. In a long run it is the real one.
 */
export function impatientPath({ folder }: Bench, refusal = ''): string {
  const { PATH = '' } = process.env
  if (PATIENT) return PATH
  const bin = join(folder, 'impatient')
  mkdirSync(bin)
  const restic = execFileSync('sh', ['-c', 'command -v restic'], { encoding: 'utf8' }).trim()
  writeFileSync(join(bin, 'restic'), `#!/bin/sh
said=${bin}/said-$$
mkfifo "$said"
${restic} "$@" 2> "$said" &
real=$!
while IFS= read -r line; do
  printf '%s\\n' "$line" >&2
  case "$line" in *"retrying after"*"${refusal}"*)
    kill -9 "$real"
    printf 'Fatal: %s\\n' "\${line#*retrying after *: }" >&2
    exit 1
  esac
done < "$said"
wait "$real"
`, { mode: 0o755 })
  return `${bin}:${PATH}`
}
