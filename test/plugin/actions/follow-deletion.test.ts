import type { Backup, KubeObject } from '../../../schemas/generated/types.ts'
import { failure, type FakeOptions } from '../fake-api.ts'
import { aBackup, completed } from '../objects.ts'
import { cliTable } from '../table.ts'

type Objects = Map<string, KubeObject>

const home = (deletionTimestamp?: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...deletionTimestamp !== undefined && { deletionTimestamp } } })
const made = aBackup('one', '2026-11-19T01:00:00Z', { status: completed('2026-11-19T01:01:00Z', 'data') })
const one = { ...made, metadata: { ...made.metadata, resourceVersion: '7' } }
const two = aBackup('two', '2026-11-20T01:00:00Z', { status: completed('2026-11-20T01:01:00Z', 'data') })
const deleting = (phase: 'Completed' | 'Deleted'): Backup['status'] => ({ phase: 'Deleting', message: 'data is being removed, as user asked', volumes: [{ pvc: 'data', phase }] })
const event = (of: string, what: { suffix: string, reason: string, message?: string, uid?: string }): KubeObject => ({
  apiVersion: 'v1', kind: 'Event', metadata: { name: `${of}.${what.suffix}`, namespace: 'shop' }, reason: what.reason, message: what.message ?? '',
  involvedObject: { kind: 'Backup', name: of, namespace: 'shop', uid: what.uid ?? `uid-${of}` },
})
const announced = (of: string): KubeObject => event(of, { suffix: 'deleting', reason: 'Deleting' })
const kept = (uid?: string): KubeObject => event('one', { suffix: 'datakept', reason: 'DataKept', message: 'the request to remove it was withdrawn', uid })

const put = (...objects: readonly KubeObject[]) => (all: Objects) => objects.forEach(object => all.set(`${object.kind}/shop/${object.metadata.name}`, object))
const status = (value: Backup['status']) => (all: Objects) => { all.set('Backup/shop/one', { ...all.get('Backup/shop/one') as Backup, status: value }) }
const gone = (...names: readonly string[]) => (all: Objects) => names.forEach(name => all.delete(`Backup/shop/${name}`))

/** What happens in the cluster with each look after the request. */
const then = (...steps: readonly ((all: Objects) => void)[]): FakeOptions => {
  const left = [...steps]
  let asked = false
  return {
    objects: [home(), one, two],
    act: ({ method, url }, all) => {
      asked ||= method === 'PATCH'
      if (asked && method === 'GET' && url.includes('/backups/')) left.shift()?.(all)
    },
  }
}
/** What the server remembers of the record's end. */
const ended = (value: Backup['status'], uid = 'uid-one'): FakeOptions => ({
  intercept: ({ url }) => {
    const { searchParams: query } = new URL(url, 'http://fake')
    if (query.get('watch') !== 'true' || query.get('fieldSelector') !== 'metadata.name=one' || query.get('resourceVersion') !== '7') return undefined
    const changes = [{ type: 'MODIFIED', object: one }, { type: 'DELETED', object: { ...one, metadata: { ...one.metadata, uid }, status: value } }]
    return { status: 200, body: changes.map(change => `${JSON.stringify(change)}\n`).join('') }
  },
})
const tooLate = { intercept: ({ url }: { url: string }) => url.includes('watch=true') ? { status: 410, body: failure(410, { reason: 'Expired', message: 'too old resource version' }) } : undefined }
const homeless = (all: Objects): void => { all.delete('Namespace/undefined/shop') }
const unreadable = { intercept: ({ url }: { url: string }) => url.includes('/events') ? { status: 403, body: failure(403, { reason: 'Forbidden', message: 'events is forbidden' }) } : undefined }

const args = ['delete', 'one', '--yes', '--wait']
const patched = /^PATCH .*\/backups\//
const asked = { args, writes: [patched], stdout: /requested/ }
const all = (...steps: readonly ((objects: Objects) => void)[]) => (objects: Objects) => steps.forEach(step => step(objects))

cliTable('kubectl backup delete --wait', {
  'is well when the record went after it was in removal': { ...asked, fake: then(status(deleting('Completed')), gone('one')), stderr: /is being deleted: data is being removed.*one is gone, and its data too/s },
  'also when only the Event has seen that': { ...asked, fake: then(all(put(announced('one')), gone('one'))), stderr: /one is gone, and its data too/ },
  'tells each of several, of which the second goes while it waits for the first': {
    ...asked, args: ['delete', 'one', 'backup.holdfast.dev/two', '--yes', '--wait'], writes: [patched, patched],
    fake: then(status(deleting('Completed')), all(put(announced('two')), gone('one', 'two'))), stderr: /one is gone, and its data too.*two is gone, and its data too/s,
  },
  'does not call data gone that was kept': { ...asked, fake: then(status(deleting('Completed')), all(put(announced('one'), kept()), gone('one'))), code: 1, stderr: /one is gone, but its data was kept: the request to remove it was withdrawn \(after/ },
  'nor data of which nobody said that it was being removed': { ...asked, fake: then(() => undefined, gone('one')), code: 1, stderr: /one is gone; whether its data is gone too, is not known: it never said that its data was being removed/ },
  'tells of the others, too, when that of the first was kept': {
    ...asked, args: ['delete', 'one', 'two', '--yes', '--wait'], writes: [patched, patched], code: 1,
    fake: then(all(put(kept(), announced('two')), gone('one', 'two'))), stderr: /one is gone, but its data was kept.*two is gone, and its data too/s,
  },
  'knows a Backup that was made anew under the name': {
    ...asked, fake: then(status(deleting('Completed')), put({ ...one, metadata: { ...one.metadata, uid: 'another' } })), stderr: /one is gone, and its data too/,
  },
  'takes no Event of a former namesake for its own': { ...asked, fake: then(all(put(kept('uid-former')), status(deleting('Completed'))), gone('one')), stderr: /one is gone, and its data too/ },
  'is well when its last status, which no look has seen, says so': { ...asked, fake: { ...then(status(deleting('Completed')), all(homeless, gone('one'))), ...ended(deleting('Deleted')) }, stderr: /one is gone, and its data too/ },
  'does not know it when its last status says otherwise': { ...asked, fake: { ...then(status(deleting('Completed')), gone('one')), ...ended(deleting('Completed')) }, code: 1, stderr: /is not known: its removal had begun, but its last status does not say that it had ended/ },
  'does not know it when the namespace went too and nobody remembers the end': { ...asked, fake: then(status(deleting('Completed')), all(homeless, gone('one'))), code: 1, stderr: /is not known: namespace "shop" is going or gone, and takes records without their data/ },
  'or when the namespace is going': { ...asked, fake: { ...then(status(deleting('Completed')), all(put(announced('one')), objects => objects.set('Namespace/undefined/shop', home('2026-11-21T00:00:00Z')), gone('one'))), ...tooLate }, code: 1, stderr: /is not known: namespace "shop" is going or gone/ },
  'goes by the events where the end is not remembered any more, or is another': { ...asked, fake: { ...then(status(deleting('Completed')), gone('one')), ...ended(deleting('Deleted'), 'uid-former') }, stderr: /one is gone, and its data too/ },
  'does not know it when the events may not be read': { ...asked, fake: { ...then(status(deleting('Completed')), gone('one')), ...unreadable }, code: 1, stderr: /is not known: you may not read the events that tell/ },
  'but when the record has said so of every volume': { ...asked, fake: { ...then(status(deleting('Deleted')), gone('one')), ...unreadable }, stderr: /one is gone, and its data too/ },
})
