import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../../../mover/run/context.ts'
import type { Task } from '../../../schemas/generated/types.ts'
import type { Bench } from '../context.ts'
import { external } from './tools.ts'

/** Snapshot that a made-up repository holds; its path is /volumes/data. */
export const SNAPSHOT = 'a'.repeat(64)

export interface FakeRestic {
  context(task: Partial<Task>): Context
  /** The arguments of each call, in one line each. */
  calls(): readonly string[]
}

/** A restic of this version before a made-up repository: it writes down what it is asked, and does as these scripts say (`$target` is that of a restore). */
export function fakeRestic(here: Bench, version: string, scripts: { readonly restore?: string; readonly prune?: string } = {}): FakeRestic {
  const bin = join(here.folder, 'bin')
  for (const folder of [bin, join(here.store, 'restic', 'snapshots')]) mkdirSync(folder, { recursive: true })
  for (const name of ['config', `snapshots/${SNAPSHOT}`]) writeFileSync(join(here.store, 'restic', name), '')
  const calls = join(here.folder, 'calls')
  writeFileSync(join(bin, 'restic'), `#!/bin/sh
echo "$*" >> ${calls}
for target; do :; done
case " $* " in
  *" version "*) echo 'restic ${version} compiled with go1.24.4 on linux/amd64' ;;
  *" cat "*) echo '{"paths":["/volumes/data"]}' ;;
  *" restore "*) mkdir -p "$target/volumes/data"; ${scripts.restore ?? ':'} ;;
  *" prune "*) ${scripts.prune ?? ':'} ;;
esac
`, { mode: 0o755 })
  return {
    context: task => external(here, task, { env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } }),
    calls: () => readFileSync(calls, 'utf8').trim().split('\n'),
  }
}
