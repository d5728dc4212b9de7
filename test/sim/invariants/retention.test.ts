import { ANNOTATION } from '../../../lib/api.ts'
import type { Heard } from '../kubernetes.ts'
import { tryHistories } from './histories.ts'
import type { History, Sample } from './history.ts'
import { RESOURCE } from './resources.ts'
import { retention } from './retention.ts'
import { backup, ended, lost, policy, request } from './samples.ts'

const old = backup({ name: 'old', status: ended('Completed', '2026-11-21T08:00:00Z') })
const middle = backup({ name: 'middle', status: ended('Completed', '2026-11-21T09:00:00Z') })
const fresh = backup({ name: 'fresh', status: ended('Completed', '2026-11-21T10:00:00Z') })
const ahead = backup({ name: 'ahead', status: ended('Completed', '2026-11-21T14:00:00Z') })
const late = backup({ name: 'late', status: ended('Failed', '2026-11-21T10:00:02Z') })
const gone = backup({ name: 'fresh', status: lost(ended('Completed', '2026-11-21T10:00:00Z')) })
const failed = backup({ name: 'failed', status: ended('Failed', '2026-11-21T10:30:00Z') })

const madeAt = (sample: Sample, creationTimestamp: string, more: object = {}): Sample => ({ ...sample, metadata: { ...sample.metadata, creationTimestamp, ...more } })
/** Policy `nightly`, made anew after `old` and `middle`. */
const heir = (more: object = {}): Sample => madeAt(policy({ spec: { retention: { maxBackups: 1 } } }), '2026-11-21T09:30:00Z', { uid: 'uid-heir', ...more })
const earlier = [old, middle].map(sample => madeAt(sample, '2026-11-21T08:00:00Z'))
const [eldest = old] = earlier

/** The hook sees these Backups and asks for the deletion of one. */
function ask(h: History, seen: readonly Sample[], name: string, { read, edited, date, ...spec }: { readonly read?: readonly Sample[]; readonly edited?: Sample; readonly date?: string; readonly [field: string]: unknown } = {}): void {
  const related = { 'Backup.holdfast.dev/v1alpha1': Object.fromEntries(seen.map(sample => [`shop/${sample.metadata.name}`, sample])) }
  const parent = policy({ spec: { retention: { maxBackups: 1 }, ...spec } })
  const current = edited === undefined && date === undefined ? [] : [answered('backuppolicies/nightly', edited ?? parent, date)]
  const heard = [...current, ...(read === undefined ? [] : [answered('backups', { items: read })])]
  h.call({ kind: 'backuppolicy', request: { parent, related }, effects: [{ type: 'annotateBackup', target: { name, uid: 'uid' }, annotations: request('retention') }], heard })
}

function answered(path: string, body: object, date?: string): Heard {
  return { call: { method: 'GET', path: `/apis/holdfast.dev/v1alpha1/namespaces/shop/${path}` }, received: { status: 200, text: JSON.stringify(body), date } }
}

function annotate(h: History, sample: Sample): void {
  h.put('hooks', RESOURCE.backups, { ...sample, metadata: { ...sample.metadata, annotations: { [ANNOTATION.deleteRequested]: JSON.stringify({ requestedBy: 'retention', reason: 'old' }) } } })
}

tryHistories(retention, [
  ['one beyond maxBackups goes', h => ask(h, [old, fresh], 'old')],
  ['one within maxBackups goes', h => ask(h, [old, fresh], 'fresh'), /takes Backup fresh \(Completed\), which no rule of policy nightly names/],
  ['an old one goes by age', h => ask(h, [old, fresh], 'old', { retention: { maxAge: '90m' } })],
  ['a young one goes by age', h => ask(h, [middle, fresh], 'middle', { retention: { maxAge: '90m' } }), /which no rule/],
  ['the newest is too old itself', h => ask(h, [old, middle], 'old', { retention: { maxAge: '30m' } }), /which no rule/],
  ['a failed run is counted', h => ask(h, [old, backup({ name: 'f', status: ended('Failed', '2026-11-21T09:00:00Z') }), fresh], 'old', { retention: { maxBackups: 2 } }), /which no rule/],
  ['while suspended', h => ask(h, [old, fresh], 'old', { suspend: true }), /while policy nightly is suspended/],
  ['while the newest run is not good', h => { h.pass(3600); ask(h, [old, fresh, failed], 'old') }, /while the newest run failed is Failed/],
  ['a failed run beyond the limit', h => { h.pass(3600); ask(h, [failed, backup({ name: 'last', status: ended('Failed', '2026-11-21T10:40:00Z') }), fresh], 'failed', { failedHistoryLimit: 1 }) }],
  ['a failed run within the limit', h => ask(h, [backup({ name: 'f', status: ended('Failed', '2026-11-21T09:00:00Z') }), fresh], 'f', { failedHistoryLimit: 1 }), /takes Backup f \(Failed\), which no rule/],
  ['one that is leaving already', h => ask(h, [{ ...old, metadata: { ...old.metadata, annotations: request('user') } }, fresh], 'old'), /is leaving already/],
  ['one of an earlier policy goes', h => ask(h, [...earlier, fresh], 'old', { edited: heir() }), /takes Backup old, which is older than policy nightly, and nobody let it have that/],
  ['one that was adopted goes', h => ask(h, [...earlier, fresh], 'old', { edited: heir({ annotations: { [ANNOTATION.adoptBackups]: 'uid-heir' } }) })],
  ['one that a policy before had adopted goes', h => ask(h, [...earlier, fresh], 'old', { edited: heir({ annotations: { [ANNOTATION.adoptBackups]: 'uid-before' } }) }), /which is older than policy/],
  ['one of an earlier policy is counted', h => ask(h, [{ ...eldest, status: ended('Completed', '2026-11-21T10:30:00Z') }, fresh], 'fresh', { edited: heir() }), /Backup fresh .* which no rule/],
  ['the newest run of an earlier policy is not good', h => { h.pass(3600); ask(h, [{ ...eldest, status: ended('Failed', '2026-11-21T10:30:00Z') }, middle, fresh], 'middle', { edited: heir() }) }, /while the newest run old is Failed/],
  ['the newest run of its own is not good, one of an earlier policy is', h => { h.pass(7200); ask(h, [{ ...eldest, status: ended('Completed', '2026-11-21T11:00:00Z') }, middle, fresh, failed], 'middle', { edited: heir() }) }, /while the newest run failed is Failed/],
  ['a failed run of an earlier policy that holds nothing', h => ask(h, [{ ...eldest, status: ended('Failed', '2026-11-21T08:00:00Z') }, fresh], 'old', { edited: { ...heir(), spec: { ...heir()['spec'] as object, failedHistoryLimit: 0 } } })],
  ['the last good point of a volume', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, failed); annotate(h, old) }, /takes Backup old, which holds the newest good point of volume data/],
  ['one that goes on, under the name of one that had ended', h => { const running = backup({ name: 'old', status: { phase: 'Running' } }); h.put('hooks', RESOURCE.backups, running); annotate(h, running) }, /takes Backup old, which is Running/],
  ['in the name of something else', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, { ...old, metadata: { ...old.metadata, annotations: request('policy-deleted') } }) }, /asked for in the name of policy-deleted/],
  ['a newer one is there', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, fresh); annotate(h, old) }],
  ['the newer one is of another volume', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, backup({ name: 'fresh', status: ended('Completed', '2026-11-21T10:00:00Z', 'logs') })); annotate(h, old) }, /newest good point of volume data/],
  ['the newer one was taken by retention too', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, fresh); annotate(h, fresh); annotate(h, old) }, /takes Backup old, which holds the newest good point/],
  ['somebody removed the newer one long ago', h => { h.put('hooks', RESOURCE.backups, old); h.remove('user', RESOURCE.backups, h.put('hooks', RESOURCE.backups, fresh)); h.pass(120); annotate(h, old) }, /holds the newest good point/],
  ['the policy was edited since, and keeps fewer', h => ask(h, [old, fresh], 'old', { retention: { maxBackups: 2 }, edited: policy({ spec: { retention: { maxBackups: 1 } } }) })],
  ['the policy was edited since, and keeps more', h => ask(h, [old, fresh], 'old', { edited: policy({ spec: { retention: { maxBackups: 2 } } }) }), /which no rule/],
  ['the policy was suspended since', h => ask(h, [old, fresh], 'old', { edited: policy({ spec: { suspend: true } }) }), /is suspended/],
  ['what was read since counts, not what a cache showed', h => ask(h, [old, fresh], 'old', { read: [old] }), /which no rule/],
  ['a point of the future does not push out one of the past', h => ask(h, [fresh, ahead], 'fresh'), /takes Backup fresh \(Completed\), which no rule/],
  ['and goes itself', h => ask(h, [fresh, ahead], 'ahead'), /takes Backup ahead, which .* says that it ended in the future/],
  ['others go as ever', h => ask(h, [old, fresh, ahead], 'old')],
  ['it is of the past by now', h => { h.pass(4 * 3600); ask(h, [fresh, ahead], 'fresh') }],
  ['it is of the future by the clock that the hook read', h => ask(h, [old, fresh], 'old', { date: 'Sat, 21 Nov 2026 09:59:59 GMT' }), /which no rule/],
  ['the newest run failed, though there is a point of the future', h => { h.pass(3600); ask(h, [old, fresh, failed, ahead], 'old') }, /while the newest run failed is Failed/],
  ['a run of the future failed', h => ask(h, [old, fresh, late], 'old'), /while a run of the future, late is Failed/],
  ['it does not stand for an older one of its volume', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, ahead); annotate(h, old) }, /holds the newest good point of volume data/],
  ['the newest run is lost', h => ask(h, [old, middle, gone], 'old'), /while the newest run fresh is Completed, and not good/],
  ['a lost one is counted', h => ask(h, [old, { ...middle, status: lost(ended('Completed', '2026-11-21T09:00:00Z')) }, fresh], 'old', { retention: { maxBackups: 2 } }), /which no rule/],
  ['a lost one that newer ones make up for', h => ask(h, [{ ...old, status: lost(ended('Completed', '2026-11-21T08:00:00Z')) }, fresh], 'old')],
  ['a lost one of another volume', h => ask(h, [{ ...old, status: lost(ended('Completed', '2026-11-21T08:00:00Z', 'logs')) }, fresh], 'old'), /which no rule/],
  ['the newer one has long been lost', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, gone); h.pass(120); annotate(h, old) }, /holds the newest good point of volume data/],
  ['the newer one was lost just now', h => { h.put('hooks', RESOURCE.backups, old); h.put('hooks', RESOURCE.backups, fresh); h.pass(120); h.put('metacontroller', RESOURCE.backups, gone); annotate(h, old) }],
  ['somebody has just removed the newer one', h => { h.put('hooks', RESOURCE.backups, old); h.remove('user', RESOURCE.backups, h.put('hooks', RESOURCE.backups, fresh)); annotate(h, old) }],
])
