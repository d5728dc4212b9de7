import { tryHistories } from './histories.ts'
import { RESOURCE } from './resources.ts'
import { backup } from './samples.ts'
import { MARKER, secrets } from './secrets.ts'

const value = `${MARKER}-password`
const encoded = Buffer.from(value).toString('base64')

tryHistories(secrets, [
  ['in a Secret', h => h.put('user', RESOURCE.secrets, { kind: 'Secret', metadata: { name: 'store', namespace: 'shop' }, data: { key: encoded } })],
  ['in a status', h => h.put('metacontroller', RESOURCE.backups, backup({ status: { message: `wrong key ${value}` } })), /metacontroller wrote a secret value into .*backups nightly-1: wrong key/],
  ['in a status, encoded', h => h.put('metacontroller', RESOURCE.backups, backup({ status: { message: encoded } })), /wrote a secret value/],
  ['in the name of a field', h => h.put('hooks', RESOURCE.events, { kind: 'Event', metadata: { name: 'e', namespace: 'shop', labels: { [value]: 'x' } } }), /wrote a secret value/],
  ['in an answer', h => h.call({ answer: { children: [{ spec: { env: [{ value }] } }] } }), /backup\/sync let out a secret value/],
  ['in a log', h => h.call({ answer: {}, logs: ['fine', `{"error":"${value}"}`] }), /let out a secret value/],
  ['nowhere', h => { h.put('metacontroller', RESOURCE.backups, backup()); h.call({ answer: { status: {} }, logs: ['fine'] }) }],
])
