import assert from 'node:assert/strict'
import test from 'node:test'
import type { Backup } from '../../../schemas/generated/types.ts'
import { archiveFindings } from './stored.ts'

const backup = (name: string, phase: 'Completed' | 'Failed'): Backup => ({
  apiVersion: 'holdfast.dev/v1alpha1', kind: 'Backup', metadata: { name, namespace: 'ns' }, spec: { strategy: 'tar', volumes: ['v'] },
  status: { phase, volumes: [{ pvc: 'v', phase, handle: `archive/v/${name}` }] },
})
const whole = ['archive/v/good/manifest.json', 'archive/v/good/data.tar.zst', 'holdfast-id']

const rows: readonly { says: string; keys: readonly string[]; faults?: RegExp; allowed?: RegExp }[] = [
  { says: 'a good point, whole', keys: whole },
  { says: 'a good point that is gone', keys: [], faults: /archive\/v\/good is good and not in the store/ },
  { says: 'a point of no Backup', keys: [...whole, 'archive/v/gone/manifest.json'], faults: /of no Backup/ },
  { says: 'data of a failed run that is still there', keys: [...whole, 'archive/v/bad/data.tar.zst'], allowed: /^data without manifest/ },
  { says: 'data of a Backup that is gone', keys: [...whole, 'archive/v/gone/data.tar.zst'], faults: /^data of a Backup that is gone/ },
  { says: 'half a file', keys: [...whole, 'archive/v/good/data.tar.zst.partial-0123456789ab'], allowed: /^unfinished file/ },
  { says: 'further data of a point', keys: [...whole, 'archive/v/good/data.tar'], allowed: /^further data of a point/ },
  { says: 'a point of a failed run', keys: [...whole, 'archive/v/bad/manifest.json'], allowed: /^point of a failed run/ },
]
for (const { says, keys, faults, allowed } of rows) {
  test(`the store has ${says}`, () => {
    const found = archiveFindings(keys, [backup('good', 'Completed'), backup('bad', 'Failed')])
    assert.deepEqual([found.faults.length, found.allowed.length], [faults === undefined ? 0 : 1, allowed === undefined ? 0 : 1], JSON.stringify(found))
    assert.match(found.faults.join(), faults ?? /^$/)
    assert.match(found.allowed.join(), allowed ?? /^$/)
  })
}
