import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import type { Kind } from './kind.ts'
import { CLAIM } from './kinds/claim.ts'
import { CONFIG_MAP, EVENT, NAMESPACE, SECRET, STORAGE_CLASS } from './kinds/core.ts'
import { CRON_JOB } from './kinds/cron-job.ts'
import { JOB } from './kinds/job.ts'
import { POD } from './kinds/pod.ts'
import { VOLUME } from './kinds/volume.ts'
import { customKind, type Crd } from './schema/crd.ts'
import { SNAPSHOT_CRDS } from './schema/snapshots.ts'

const CHART = new URL('../../../charts/holdfast/', import.meta.url)
let all: readonly Kind[] | undefined

/** Everything that Holdfast meets; the CRDs are read once in a process. */
export function allKinds(): readonly Kind[] {
  all ??= [
    NAMESPACE, POD, EVENT, CLAIM, VOLUME, SECRET, CONFIG_MAP, JOB, CRON_JOB, STORAGE_CLASS,
    ...SNAPSHOT_CRDS.map(customKind), ...crdsIn('files/crds/').map(customKind), ...crdsIn('crds/').map(customKind),
  ]
  return all
}

function crdsIn(folder: string): readonly Crd[] {
  const directory = new URL(folder, CHART)
  return readdirSync(directory).sort().map(name => load(readFileSync(new URL(name, directory), 'utf8')) as Crd)
}
