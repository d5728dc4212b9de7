import { GROUP } from './api.ts'
import { isLabelKey, isLabelValue } from './label-syntax.ts'

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>

const MAX_ENTRIES = 50
/** As JSON. A Backup of 500 volumes must stay well below what the API server stores. */
const MAX_LENGTH = 1000

/** By these, tools know what they have made, and delete what has them and is not theirs any more. Nobody else has a use for them. */
const TRACKERS = [
  'argocd.argoproj.io', 'kustomize.toolkit.fluxcd.io', 'helm.toolkit.fluxcd.io', 'objectset.rio.cattle.io', 'fleet.cattle.io', 'kapp.k14s.io', 'applyset.kubernetes.io',
  'addonmanager.kubernetes.io', 'configsync.gke.io', 'configmanagement.gke.io', 'app.oam.dev', 'velero.io',
]

/** Controllers write these on what they make, for themselves. */
const CONTROLLERS = [
  'statefulset.kubernetes.io', 'apps.kubernetes.io', 'batch.kubernetes.io', 'pod-template-hash', 'controller-revision-hash', 'pod-template-generation', 'controller-uid', 'job-name',
]

/**
 * People select by these, but they also track: `instance` is what Argo CD goes by unless told otherwise (until its version 3), `managed-by` says that
 * somebody else has made it. Nothing on a claim proves that nobody tracks it so, hence no claim of ours ever gets them.
 */
const DOUBTFUL: ReadonlySet<string> = new Set(['app.kubernetes.io/instance', 'app.kubernetes.io/managed-by'])

/** What is noted of a source claim's labels: those that somebody may select it by. Undefined when there are none, or too many to keep all of them. */
export const notedLabels = (labels: Labels = {}): Labels | undefined => {
  const noted = Object.entries(labels).filter(([key]) => isTelling(key)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (noted.length === 0 || noted.length > MAX_ENTRIES) return undefined
  const kept = Object.fromEntries(noted)
  return JSON.stringify(kept).length > MAX_LENGTH ? undefined : kept
}

/** Those of the noted labels that a claim in its source's place gets. A status may hold anything, so what no claim can have is left out, too. */
export const givenLabels = (noted: Labels = {}): Labels =>
  Object.fromEntries(Object.entries(noted).filter(([key, value]) => isTelling(key) && !DOUBTFUL.has(key) && isLabelKey(key) && isLabelValue(value)))

const isTelling = (key: string): boolean => {
  const [domain = ''] = key.split('/')
  return domain !== GROUP && !TRACKERS.includes(domain) && !CONTROLLERS.includes(domain)
}
