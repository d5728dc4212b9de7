// Runs before an uninstall. Metacontroller leaves its finalizers on objects whose controller goes, and those objects could
// then never be deleted, nor their namespaces. So: first the controllers go, that nobody puts a finalizer back, then the
// finalizers. Nothing else is touched: every record, every volume and all data stay.
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const ACCOUNT = process.env.SERVICE_ACCOUNT ?? '/var/run/secrets/kubernetes.io/serviceaccount/'
const API = `https://${process.env.KUBERNETES_SERVICE_HOST}:${process.env.KUBERNETES_SERVICE_PORT_HTTPS}`
const OURS = '/apis/holdfast.dev/v1alpha1'
const CONTROLLERS = '/apis/metacontroller.k8s.io/v1alpha1/compositecontrollers'
const FINALIZER = /^metacontroller\.io\/compositecontroller-holdfast-/
const NAMES = ['backuppolicy', 'backup', 'restore', 'backuprepository', 'clusterbackuprepository']
// Those with a finalize hook; Metacontroller puts its finalizer on no other.
const HELD = ['backuppolicies', 'backups', 'restores']
const QUIET_ROUNDS = 3

for (const name of NAMES) await call('DELETE', `${CONTROLLERS}/holdfast-${name}`)
// A sync that was going on may put a finalizer back once more: it takes a few rounds in which nothing was found.
for (let quiet = 0; quiet < QUIET_ROUNDS; await sleep(1000)) quiet = await releaseAll() === 0 ? quiet + 1 : 0

async function releaseAll() {
  let released = 0
  for (const plural of HELD) {
    const { items = [] } = await call('GET', `${OURS}/${plural}`)
    for (const { metadata } of items) {
      const { name, namespace, resourceVersion, finalizers = [] } = metadata
      const kept = finalizers.filter(finalizer => !FINALIZER.test(finalizer))
      if (kept.length === finalizers.length) continue
      released += 1
      await call('PATCH', `${OURS}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`, { metadata: { resourceVersion, finalizers: kept } })
      console.log(`released ${plural}/${name}${namespace === undefined ? '' : ` in ${namespace}`}`)
    }
  }
  return released
}

async function call(method, path, body) {
  const token = await readFile(`${ACCOUNT}token`, 'utf8')
  const headers = { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/merge-patch+json' }
  const response = await fetch(API + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
  // Gone is what was wanted, and a conflict is seen again in the next round.
  if (response.ok || response.status === 404 || response.status === 409) return response.status === 200 ? await response.json() : {}
  throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
}
