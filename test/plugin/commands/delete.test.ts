import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Client } from '../../../plugin/api/client.ts'
import command, { lastPoints } from '../../../plugin/commands/delete.ts'
import type { Backup } from '../../../schemas/generated/types.ts'
import { aBackup, completed, failed } from '../objects.ts'
import { cliTable } from '../table.ts'

const older = aBackup('older', '2026-11-19T01:00:00Z', { status: completed('2026-11-19T01:01:00Z', 'data') })
const newer = aBackup('newer', '2026-11-20T01:00:00Z', { spec: { volumes: ['data', 'logs'] }, status: completed('2026-11-20T01:01:00Z', 'data', 'logs') })
const going = aBackup('going', '2026-11-18T01:00:00Z', { status: completed('2026-11-18T01:01:00Z', 'data'), annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user","reason":"x"}' } })
const nonsense = aBackup('nonsense', '2026-11-17T01:00:00Z', { status: completed('2026-11-17T01:01:00Z', 'data'), annotations: { 'holdfast.dev/delete-requested': 'true' } })
const partly = aBackup('partial', '2026-11-21T01:00:00Z', { status: { phase: 'PartiallyFailed', volumes: [{ pvc: 'data', phase: 'PartiallyFailed', reason: 'UnreadableFiles' }] } })
const objects = [older, newer, going, nonsense]
const patched = (name: string): RegExp => new RegExp(`^PATCH /apis/holdfast\\.dev/v1alpha1/namespaces/shop/backups/${name}\\?`)

cliTable('kubectl backup delete', {
  'shows what goes and asks for the deletion': {
    args: ['delete', 'older', '--yes'], fake: { objects }, writes: [patched('older')], stdout: 'backup.holdfast.dev/older deletion requested\n',
    stderr: /^These records and their data will be deleted, in namespace "shop" of context "test":\nNAME .*\nolder +nightly +tar +Completed +1\/1 +5Mi +\S+\n$/,
    also: ({ api }) => assert.deepEqual(api.writes[0]?.body, {
      metadata: { uid: 'uid-older', annotations: { 'holdfast.dev/delete-requested': '{"requestedBy":"user","reason":"kubectl backup delete"}' } },
    }),
  },
  'records the reason': { args: ['delete', 'older', '-y', '--reason', 'GDPR 17'], fake: { objects }, writes: [patched('older')], stdout: /requested/, also: ({ api }) => assert.match(JSON.stringify(api.writes[0]?.body), /GDPR 17/) },
  'warns of the last good point of a claim': { args: ['delete', 'newer', '--yes'], fake: { objects }, writes: [patched('newer')], stdout: /requested/, stderr: /Warning: this removes the last good restore point of logs\.\n$/ },
  'warns of the only point of a claim that is not whole': {
    args: ['delete', 'partial', '--yes'], fake: { objects: [partly] }, writes: [patched('partial')], stdout: /requested/,
    stderr: /Warning: this removes the last restore point of data: it is not whole, but there is no other\.\n$/,
  },
  'never deletes without a yes where it cannot ask': { args: ['delete', 'older'], fake: { objects }, code: 2, stderr: /deleting needs a yes, and there is no terminal to ask on: add --yes\n$/ },
  'does not ask twice for the same': { args: ['delete', 'going', '--yes'], fake: { objects }, stderr: /was already asked for/ },
  'writes over a request that nobody understands': {
    args: ['delete', 'nonsense', '--yes'], fake: { objects }, writes: [patched('nonsense')], stdout: 'backup.holdfast.dev/nonsense deletion requested\n',
    also: ({ api }) => assert.match(api.objects.get('Backup/shop/nonsense')?.metadata.annotations?.['holdfast.dev/delete-requested'] ?? '', /^\{"requestedBy":"user"/),
  },
  'sends nothing with --dry-run=client': { args: ['delete', 'older', '--dry-run=client'], fake: { objects }, stdout: 'backup.holdfast.dev/older deletion requested (dry run)\n' },
  'lets the server check with --dry-run=server': { args: ['delete', 'older', '--dry-run=server'], fake: { objects }, writes: [/dryRun=All$/], stdout: 'backup.holdfast.dev/older deletion requested (server dry run)\n' },
  'deletes nothing when one name is wrong': { args: ['delete', 'older', 'nope', '--yes'], fake: { objects }, code: 5, stderr: /backups "nope" not found/ },
  'deletes backups only': { args: ['delete', 'restore/x', '--yes'], fake: { objects }, code: 2, stderr: /"restore\/x" is not understood here/ },
  'gives up waiting': { args: ['delete', 'older', '--yes', '--wait', '--timeout=100ms'], fake: { objects }, writes: [patched('older')], code: 8, stdout: /requested/, stderr: /The deletion goes on in the cluster; to look again: kubectl backup describe older -n shop/ },
})

describe('lastPoints', () => {
  const bad = aBackup('bad', '2026-11-21T01:00:00Z', { status: failed('x') })
  const part = (name: string, reason = 'UnreadableFiles'): Backup => aBackup(name, '2026-11-21T01:00:00Z', { status: { phase: 'PartiallyFailed', volumes: [{ pvc: 'data', phase: 'PartiallyFailed', reason }] } })
  const [partial, another, lost] = [part('partial'), part('another'), part('lost', 'SnapshotLost')]
  const cases: Readonly<Record<string, readonly [doomed: readonly Backup[], all: readonly Backup[], good: readonly string[], any?: readonly string[]]>> = {
    'nothing is lost while another good point is kept': [[older], [older, newer], []],
    'a point that is going already does not count': [[older], [older, going], ['data']],
    'a failed run does not count': [[older], [older, bad], ['data']],
    'a failed run loses nothing': [[bad], [bad], []],
    'each claim counts for itself': [[newer], [older, newer], ['logs']],
    'the only point with data counts, also when it is not whole': [[partial], [partial, bad], [], ['data']],
    'it does not while another has data': [[partial], [partial, another], []],
    'nor while there is a good one': [[partial], [partial, older], []],
    'another that is lost for now is none': [[partial], [partial, lost], [], ['data']],
    'nor is one that goes with it': [[partial, another], [partial, another], [], ['data']],
    'one that is lost for now may be found again': [[lost], [lost], [], ['data']],
    'a good one that goes is told, though one that is not whole stays': [[older], [older, partial], ['data']],
    'a claim is told once': [[older, partial], [older, partial], ['data']],
  }
  for (const [sentence, [doomed, all, good, any = []]] of Object.entries(cases)) it(sentence, () => assert.deepEqual(lastPoints(doomed, all), { good, any }))
})

describe('the question', () => {
  const answered = async (answer: string) => {
    const [asked, notes]: [string[], string[]] = [[], []]
    const output = { line: () => undefined, note: (text: string) => { notes.push(text) }, progress: () => undefined, interactive: true, ask: async (text: string) => { asked.push(text); return answer } }
    const patches: string[] = []
    const client = {
      connection: { context: 'production', namespace: 'shop' }, get: async () => older, list: async () => objects,
      patch: async (_kind: unknown, { name }: { name: string }) => { patches.push(name) },
    } as unknown as Client
    const context = { output, now: () => new Date('2026-11-21T01:00:00Z'), client: async () => client, namespace: async () => 'shop' }
    const code = await command.run(context, { name: ['older'], yes: false, reason: 'x', dryRun: 'none', wait: false, timeout: '0s' })
    return { asked, notes, patches, code }
  }
  it('says where, because the context may be another than one thinks', async () => {
    const { asked, notes, patches, code } = await answered('n')
    assert.deepEqual(asked, ['Delete this restore point and the data in namespace "shop" of context "production"? This cannot be undone. [y/N] '])
    assert.equal(notes[0], 'These records and their data will be deleted, in namespace "shop" of context "production":')
    assert.deepEqual([patches, code], [[], 1])
  })
  it('deletes after a yes', async () => assert.deepEqual((({ patches, code }) => [patches, code])(await answered('y')), [['older'], 0]))
})
