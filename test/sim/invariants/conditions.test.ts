import { conditions } from './conditions.ts'
import { tryHistories } from './histories.ts'
import type { History } from './history.ts'
import { RESOURCE } from './resources.ts'
import { backup, conditions as sample, ended, policy } from './samples.ts'

const good = { ...ended('Completed'), conditions: sample(true) } as object
const write = (status: object) => backup({ status })
const one = (change: object, index = 0) => sample(true).map((condition, at) => at === index ? { ...condition, ...change } : condition)

/** The phase of a good run is set back, and then its status is written once more as it is. */
function tampered(h: History, actor: 'user' | 'metacontroller'): void {
  h.put('metacontroller', RESOURCE.backups, write(good))
  h.put(actor, RESOURCE.backups, write({ ...good, phase: 'Running' }))
  h.put('metacontroller', RESOURCE.backups, write({ ...good, phase: 'Running', message: 'waits' }))
}

tryHistories(conditions, [
  ['a good thing', h => h.put('metacontroller', RESOURCE.backups, write(good))],
  ['a bad thing', h => h.put('metacontroller', RESOURCE.backups, write({ ...ended('Failed'), conditions: sample(false) }))],
  ['a reason that is not in the enum', h => h.put('metacontroller', RESOURCE.backups, write({ ...good, conditions: one({ reason: 'Sunshine' }) })), /reason Sunshine of Ready is not in the enum/],
  ['a status.reason that is not in the enum', h => h.put('metacontroller', RESOURCE.backups, write({ ...good, reason: 'Sunshine' })), /status.reason Sunshine/],
  ['a status that is none', h => h.put('metacontroller', RESOURCE.backups, write({ ...good, conditions: one({ status: 'yes' }) })), /Ready is yes/],
  ['no time', h => h.put('metacontroller', RESOURCE.backups, write({ ...good, conditions: one({ lastTransitionTime: 'now' }) })), /lastTransitionTime of Ready is now/],
  ['twice', h => h.put('metacontroller', RESOURCE.backups, write({ ...good, conditions: [...sample(true), ...sample(true)] })), /stands there twice/],
  ['of the future', h => h.put('metacontroller', RESOURCE.backups, write({ ...good, observedGeneration: 7 })), /observedGeneration 7 is of the future/],
  ['Ready and Stalled', h => h.put('metacontroller', RESOURCE.backups, write({ ...good, conditions: one({ status: 'True' }, 2) })), /Ready, and yet Stalled/],
  ['neither', h => h.put('metacontroller', RESOURCE.policies, policy({ status: { conditions: one({ status: 'False' }) } })), /not Ready, and neither of Stalled and Reconciling/],
  ['a failed run that is Ready', h => h.put('metacontroller', RESOURCE.backups, write({ ...ended('Failed'), conditions: sample(true) })), /phase Failed, and Ready is true/],
  ['a time that moves', h => { h.put('metacontroller', RESOURCE.backups, write(good)); h.put('metacontroller', RESOURCE.backups, write({ ...good, conditions: sample(true, '2026-11-21T10:05:00Z') })) }, /lastTransitionTime of Ready moved to 2026-11-21T10:05:00Z/],
  ['a time that moves with its status', h => { h.put('metacontroller', RESOURCE.policies, policy({ status: { conditions: sample(true) } })); h.put('metacontroller', RESOURCE.policies, policy({ status: { conditions: [...sample(false, '2026-11-21T10:05:00Z').toSpliced(1, 1, sample(true)[1] as object)] } })) }],
  ['what a person wrote into a status stands there while its record waits', h => tampered(h, 'user')],
  ['but not what nobody wrote', h => tampered(h, 'metacontroller'), /phase Running, and Ready is true/],
  ['what people write is their affair', h => h.put('user', RESOURCE.backups, write({ ...good, reason: 'Sunshine' }))],
])
