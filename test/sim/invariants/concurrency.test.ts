import { API_VERSION } from '../../../lib/api.ts'
import { concurrency } from './concurrency.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, COMPLETE, ended, job } from './samples.ts'

const first = backup({ spec: { slot: '2026-11-21T10:00:00Z' } })
const second = backup({ name: 'nightly-2', spec: { slot: '2026-11-21T10:15:00Z' } })

/** The API server was too slow for the call that wanted to make this run. */
function gaveUp(h: History, run = second): void {
  h.call({ kind: 'backuppolicy', status: 503, effects: [{ type: 'createRecord', object: { ...run, apiVersion: API_VERSION } }] })
}

/** The first volume of a run is given up so many seconds after its Job was made, and the next begins. */
function oneGivenUp(h: History, seconds = 15): void {
  const record = backup({ spec: { mover: { parallelism: 1 } } })
  const made = h.put('user', RESOURCE.backups, record)
  h.put('metacontroller', RESOURCE.jobs, job(made, { name: 'one' }))
  h.pass(seconds)
  h.put('metacontroller', RESOURCE.backups, { ...record, status: { ...ended('Failed'), phase: 'Running' } })
  const next = job(made, { name: 'two' })
  h.put('metacontroller', RESOURCE.jobs, { ...next, metadata: { ...next.metadata, labels: { ...next.metadata.labels, 'holdfast.dev/volume': 'logs' } } })
}

tryHistories(concurrency, [
  ['a run is made while another goes on', h => { h.put('hooks', RESOURCE.backups, first); h.pass(900); h.put('hooks', RESOURCE.backups, second) }, /nightly-2 was made while nightly-1 \(New, made 900 s before\) still goes on/],
  ['the other has ended', h => { h.put('hooks', RESOURCE.backups, first); h.put('metacontroller', RESOURCE.backups, { ...first, status: ended('Failed') }); h.put('hooks', RESOURCE.backups, second) }],
  ['the other is gone', h => { h.remove('user', RESOURCE.backups, h.put('hooks', RESOURCE.backups, first)); h.put('hooks', RESOURCE.backups, second) }],
  ['the other is of another policy', h => { h.put('hooks', RESOURCE.backups, backup({ spec: { policy: 'other', slot: '2026-11-21T10:00:00Z' } })); h.put('hooks', RESOURCE.backups, second) }],
  ['people run as many as they like', h => { h.put('hooks', RESOURCE.backups, first); h.put('user', RESOURCE.backups, backup({ name: 'manual' })) }],
  ['a run by hand has been going on for a minute', h => { h.put('user', RESOURCE.backups, backup({ name: 'manual' })); h.pass(60); h.put('hooks', RESOURCE.backups, second) }, /while manual/],
  ['a run by hand came in the same moment', h => { h.put('user', RESOURCE.backups, backup({ name: 'manual' })); h.pass(2); h.put('hooks', RESOURCE.backups, second) }],
  ['a write comes that was under way when its call was given up', h => { gaveUp(h); h.pass(1); h.put('hooks', RESOURCE.backups, first); h.pass(9); h.put('hooks', RESOURCE.backups, second) }],
  ['the other came so, when the maker of this had looked', h => { gaveUp(h, first); h.pass(2); h.put('hooks', RESOURCE.backups, first); h.pass(4); h.put('hooks', RESOURCE.backups, second) }],
  ['the other came so, and this a minute later', h => { gaveUp(h, first); h.pass(2); h.put('hooks', RESOURCE.backups, first); h.pass(60); h.put('hooks', RESOURCE.backups, second) }, /nightly-2 was made while nightly-1/],
  ['the other was there when that call looked', h => { h.put('hooks', RESOURCE.backups, first); h.pass(11); gaveUp(h); h.put('hooks', RESOURCE.backups, second) }, /nightly-2 was made while nightly-1/],
  ['its call was given up long ago', h => { gaveUp(h); h.pass(50); h.put('hooks', RESOURCE.backups, first); h.pass(10); h.put('hooks', RESOURCE.backups, second) }, /nightly-2 was made while nightly-1/],
  ['more movers than parallelism', h => {
    const record = h.put('user', RESOURCE.backups, backup({ spec: { mover: { parallelism: 1 } } }))
    h.put('metacontroller', RESOURCE.jobs, job(record, { name: 'one' }))
    h.put('metacontroller', RESOURCE.jobs, job(record, { name: 'two' }))
  }, /2 movers of Backup nightly-1 at once, parallelism is 1: one, two/],
  ['one whose volume was given up when no cache showed it', h => { h.strike('cacheLag'); oneGivenUp(h) }],
  ['one whose volume was given up, where every cache is fresh', oneGivenUp, /2 movers of Backup nightly-1/],
  ['one that a cache must have shown when its volume was given up', h => { h.strike('cacheLag'); oneGivenUp(h, 1300) }, /2 movers of Backup nightly-1/],
  ['one after the other', h => {
    const record = h.put('user', RESOURCE.backups, backup({ spec: { mover: { parallelism: 1 } } }))
    h.put('metacontroller', RESOURCE.jobs, job(record, { name: 'one' }))
    h.put('cluster', RESOURCE.jobs, job(record, { name: 'one', status: COMPLETE }))
    h.put('metacontroller', RESOURCE.jobs, job(record, { name: 'two' }))
  }],
])
