import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import type { Kind } from './kind.ts'
import { CLAIM } from './kinds/claim.ts'
import { CONFIG_MAP, EVENT, NAMESPACE, QUOTA, SECRET, STORAGE_CLASS } from './kinds/core.ts'
import { CRON_JOB } from './kinds/cron-job.ts'
import { JOB } from './kinds/job.ts'
import { POD } from './kinds/pod.ts'
import { VOLUME } from './kinds/volume.ts'
import { customKind, type Crd } from './schema/crd.ts'
import { SNAPSHOT_CRDS } from './schema/snapshots.ts'

const CHART = new URL('../../../charts/holdfast/', import.meta.url)
const BUILT_IN = [NAMESPACE, POD, EVENT, CLAIM, VOLUME, SECRET, CONFIG_MAP, JOB, CRON_JOB, STORAGE_CLASS, QUOTA]
const known = new Map<boolean, readonly Kind[]>()

/** Everything that Holdfast meets; the CRDs are read once in a process. Without `rules` its own CRDs check types alone, as those of an older version do. */
export function allKinds({ rules = true }: { readonly rules?: boolean } = {}): readonly Kind[] {
  const found = known.get(rules) ?? [...BUILT_IN, ...SNAPSHOT_CRDS.map(customKind), ...['files/crds/', 'crds/'].flatMap(folder => crdsIn(folder, rules)).map(customKind)]
  known.set(rules, found)
  return found
}

function crdsIn(folder: string, rules: boolean): readonly Crd[] {
  const directory = new URL(folder, CHART)
  const crds = readdirSync(directory).sort().map(name => load(readFileSync(new URL(name, directory), 'utf8')))
  return (rules ? crds : crds.map(crd => JSON.parse(JSON.stringify(crd, (key, value: unknown) => key === 'x-kubernetes-validations' ? undefined : value)) as unknown)) as readonly Crd[]
}
