import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, policy, request } from './samples.ts'
import { slots } from './slots.ts'

const LOOKED = { activeSchedule: { key: 'k', since: '2026-11-21T10:00:00Z' } }

function run(h: History, slot: string, spec: { readonly missedSlots?: number } = {}, name = `nightly-20261121-${slot.replace(':', '')}`) {
  return h.put('hooks', RESOURCE.backups, backup({ name, spec: { slot: `2026-11-21T${slot}:00Z`, ...spec } }))
}

function begin(h: History, spec = {}): void {
  h.put('user', RESOURCE.policies, policy({ spec }))
}

/** We have seen the policy, and written down when its schedule came into force. */
function look(h: History, spec: object = { suspend: true }): void {
  h.put('metacontroller', RESOURCE.policies, policy({ spec, status: LOOKED }))
}

/** Somebody edits the spec; the status stays as we wrote it, for it is another resource. */
function edit(h: History, spec: object = {}): void {
  h.put('user', RESOURCE.policies, policy({ spec, status: LOOKED }))
}

/** Suspended at first, and for twenty minutes. */
function resumed(h: History): void {
  begin(h, { suspend: true })
  look(h)
  h.pass(1200)
  edit(h, { suspend: false })
}

/** Suspended for so many seconds, and nothing that we wrote tells of it. */
function suspendedFor(h: History, seconds: number): void {
  begin(h)
  look(h, {})
  h.pass(900)
  edit(h, { suspend: true })
  h.pass(seconds)
  edit(h)
}

/** Suspended and resumed; the slot of half an hour later is run. */
function editedBack(h: History): void {
  suspendedFor(h, 1800)
  h.pass(2100)
  run(h, '11:15', { missedSlots: 4 })
}

/** Suspended and resumed; then a slot of that time is run. */
function unseen(h: History): void {
  suspendedFor(h, 1700)
  run(h, '10:30', { missedSlots: 1 })
}

/** Somebody empties the status. */
function wipe(h: History, suspend: boolean): void {
  h.put('user', RESOURCE.policies, policy({ spec: { suspend }, status: {} }))
}

/** A run whose record retention removed comes again once its time is gone from the policy's status. */
function wipedBy(actor: 'user' | 'metacontroller', h: History): void {
  begin(h)
  h.pass(900)
  const made = run(h, '10:15')
  h.put('metacontroller', RESOURCE.policies, policy({ status: { lastScheduleTime: '2026-11-21T10:15:00Z' } }))
  h.pass(120)
  h.remove('hooks', RESOURCE.backups, made)
  h.put(actor, RESOURCE.policies, policy({ status: {} }))
  run(h, '10:15')
}

tryHistories(slots, [
  ['slot after slot', h => { begin(h); h.pass(900); run(h, '10:15'); h.pass(900); run(h, '10:30') }],
  ['a slot twice', h => { begin(h); h.pass(900); h.remove('cluster', RESOURCE.backups, run(h, '10:15')); run(h, '10:15') }, /slot 2026-11-21T10:15:00Z of policy nightly was run twice/],
  ['a run that somebody removed at once may come again', h => { begin(h); h.pass(900); h.remove('user', RESOURCE.backups, run(h, '10:15')); run(h, '10:15') }],
  ['nor is a run that somebody had removed with its data before anybody was told', h => {
    begin(h)
    h.pass(900)
    const made = run(h, '10:15')
    h.put('user', RESOURCE.backups, { ...made, metadata: { ...made.metadata, annotations: request('me') } })
    h.remove('metacontroller', RESOURCE.backups, made)
    run(h, '10:15')
  }],
  ['a run that somebody removed comes again though the status tells of it', h => {
    begin(h)
    h.pass(900)
    h.remove('user', RESOURCE.backups, run(h, '10:15'))
    h.put('metacontroller', RESOURCE.policies, policy({ status: { lastScheduleTime: '2026-11-21T10:15:00Z' } }))
    h.pass(120)
    run(h, '10:15')
  }, /was run twice/],
  ['retention has removed it, and somebody the status that told of it', h => wipedBy('user', h)],
  ['retention has removed it, and we forgot', h => wipedBy('metacontroller', h), /was run twice/],
  ['and though the status told of it, and we forgot', h => {
    begin(h)
    h.pass(900)
    h.remove('user', RESOURCE.backups, run(h, '10:15'))
    h.put('metacontroller', RESOURCE.policies, policy({ status: { lastScheduleTime: '2026-11-21T10:15:00Z' } }))
    h.put('metacontroller', RESOURCE.policies, policy({ status: {} }))
    h.pass(120)
    run(h, '10:15')
  }, /was run twice/],
  ['and somebody removed what the status told of it', h => {
    begin(h)
    h.pass(900)
    const made = run(h, '10:15')
    h.put('metacontroller', RESOURCE.policies, policy({ status: { lastScheduleTime: '2026-11-21T10:15:00Z' } }))
    h.remove('user', RESOURCE.backups, made)
    h.put('user', RESOURCE.policies, policy({ status: {} }))
    h.pass(300)
    run(h, '10:15')
  }],
  ['an old slot although a newer one is due', h => { begin(h); h.pass(1900); run(h, '10:15') }, /made although slot 2026-11-21T10:30:00.000Z was due already/],
  ['a time that is no slot', h => { begin(h); h.pass(900); run(h, '10:14') }, /no schedule .* has the slot/],
  ['before its time', h => { begin(h); h.pass(600); run(h, '10:15') }, /made before its slot/],
  ['a slot of before the policy', h => { h.pass(60); begin(h); run(h, '10:00') }, /no schedule .* has the slot, or it lies before an edit/],
  ['a slot of before a resume', h => { resumed(h); run(h, '10:15') }, /lies before an edit/],
  ['one of before a resume when somebody has wiped the status that told of it', h => { resumed(h); h.pass(60); wipe(h, false); run(h, '10:15') }],
  ['somebody had wiped it before the resume', h => { begin(h, { suspend: true }); look(h); h.pass(1080); wipe(h, true); look(h); h.pass(120); edit(h, { suspend: false }); run(h, '10:15') }, /lies before an edit/],
  ['likewise, and nobody has looked since', h => { begin(h, { suspend: true }); look(h); h.pass(1080); wipe(h, true); h.pass(120); wipe(h, false); run(h, '10:15') }],
  ['the status is wiped, and the slot is of before the policy', h => { h.pass(60); resumed(h); wipe(h, false); run(h, '10:00') }, /lies before an edit/],
  ['one of before an edit that came before anybody had looked', h => { begin(h, { schedule: '*/10 * * * *' }); h.pass(1200); begin(h); run(h, '10:15') }],
  ['one of before an edit that came after somebody had looked', h => { begin(h, { schedule: '*/10 * * * *' }); look(h); h.pass(1200); edit(h); run(h, '10:15') }, /lies before an edit/],
  ['also when somebody has looked since', h => { begin(h, { schedule: '*/10 * * * *' }); h.pass(1200); begin(h); look(h, {}); run(h, '10:15') }],
  ['while suspended for long', h => { begin(h, { suspend: true }); h.pass(7200); run(h, '12:00') }, /no schedule/],
  ['suspended a moment ago, by a clock that was ahead', h => { h.strike('clockJump'); begin(h); h.pass(900); edit(h, { suspend: true }); run(h, '10:45') }],
  ['suspended long ago, by such a clock', h => { h.strike('clockJump'); begin(h); h.pass(900); edit(h, { suspend: true }); h.pass(3600); run(h, '11:45') }, /no schedule/],
  ['of a time while suspended, which nobody saw', h => { h.strike('outage'); unseen(h) }],
  ['of a time while suspended, which we saw', unseen, /lies before an edit/],
  ['a name that is not of the slot', h => { begin(h); h.pass(900); run(h, '10:15', {}, 'nightly-other') }, /does not have the name of slot/],
  ['missed slots are counted', h => { begin(h); h.pass(900); run(h, '10:15'); h.pass(3600); run(h, '11:15', { missedSlots: 3 }) }],
  ['nor a slot whose name somebody has taken', h => { begin(h); h.put('user', RESOURCE.backups, backup({ name: 'nightly-20261121-1015', spec: { policy: undefined } })); h.pass(1800); run(h, '10:30') }],
  ['missed slots are not counted', h => { begin(h); h.pass(900); run(h, '10:15'); h.pass(3600); run(h, '11:15') }, /says that 0 slots were missed before it, but they are 3/],
  ['a run that somebody removed before anything told of it is missed', h => { begin(h); h.pass(900); h.remove('user', RESOURCE.backups, run(h, '10:15')); h.pass(3600); run(h, '11:15', { missedSlots: 4 }) }],
  ['one that was told of is not', h => {
    begin(h)
    h.pass(900)
    const made = run(h, '10:15')
    h.put('metacontroller', RESOURCE.policies, policy({ status: { lastScheduleTime: '2026-11-21T10:15:00Z' } }))
    h.remove('user', RESOURCE.backups, made)
    h.pass(3600)
    run(h, '11:15', { missedSlots: 4 })
  }, /says that 4 slots were missed before it, but they are 3/],
  ['nor one that we removed', h => { begin(h); h.pass(900); h.remove('hooks', RESOURCE.backups, run(h, '10:15')); h.pass(3600); run(h, '11:15', { missedSlots: 4 }) }, /says that 4 slots were missed/],
  ['edited and edited back while nobody could look', h => { h.strike('outage'); editedBack(h) }],
  ['edited and edited back while we looked', editedBack, /says that 4 slots were missed before it, but they are/],
  ['too late', h => { begin(h, { startingDeadlineSeconds: 60 }); h.pass(900 + 180); run(h, '10:15') }, /came 180 s after its slot, startingDeadlineSeconds is 60/],
])
