import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, get, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { KubeConfig } from '@kubernetes/client-node'
import { kubernetesOf } from '../../hooks/kubernetes.ts'
import { restic } from '../../mover/restic/command.ts'
import { s3Store } from '../../mover/stores/s3.ts'
import { sources } from '../tidy/sources.ts'
import { bench } from '../mover/context.ts'

const has = (command: string, ...args: readonly string[]): boolean => {
  try {
    return execFileSync(command, args, { stdio: 'ignore' }) !== undefined
  } catch {
    return false
  }
}
const skip = !has('openssl', 'version') && 'needs openssl'
const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'the-secret-of-the-store', RESTIC_PASSWORD: 'password' }

/** Somebody between the mover and its store, with a certificate that nobody has signed. */
describe('a store whose certificate is not trusted', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'))
  let server: Server
  let endpoint = ''
  let heard = 0
  before(async () => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
      '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], { stdio: 'ignore' })
    server = createServer({ key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) }, (_request, response) => {
      heard += 1
      response.writeHead(404).end()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })

  test('the S3 store gives up before it sends a word', async () => {
    const store = await s3Store({ bucket: 'bucket', prefix: 'ns', endpoint, env })
    await assert.rejects(store.head('archive/data/one/manifest.json'), /certificate|self.signed/i)
    assert.equal(heard, 0)
  })

  test('restic gives up before it sends a word', { skip: !has('restic', 'version') && 'needs restic' }, async () => {
    using here = bench()
    const store = { type: 's3', bucket: 'bucket', prefix: 'ns', endpoint } as const
    const context = here.context({ strategy: 'external', store }, { env: { ...process.env, ...env, RESTIC_CACHE_DIR: here.folder }, signal: AbortSignal.timeout(20_000) })
    await assert.rejects(restic(context, { args: ['cat', 'config'] }))
    assert.match(here.logs.join('\n'), /x509|certificate/)
    assert.equal(heard, 0)
  })

  test('the hooks give up before they show the API server their token', async () => {
    const strange = otherAuthority(folder)
    await assert.rejects(callApi(endpoint, strange), { name: 'TransientError', reason: 'ApiUnavailable', message: /certificate|self.signed/i })
    assert.equal(heard, 0)
  })

  test('who trusts the certificate is heard: the trial can fail', async () => {
    const status = await new Promise(resolve => get(endpoint, { ca: readFileSync(join(folder, 'cert')) }, response => resolve(response.resume().statusCode)))
    assert.deepEqual([status, heard], [404, 1])
    await callApi(endpoint, join(folder, 'cert'))
    assert.equal(heard, 2)
  })
})

/** A certificate of somebody whom the cluster trusts, and who has not signed the server's. */
function otherAuthority(folder: string): string {
  const file = join(folder, 'other')
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=other', '-keyout', '/dev/null', '-out', file], { stdio: 'ignore' })
  return file
}

/** A call of the hooks to an API server, as in a pod: by the cluster's CA and a token. */
async function callApi(server: string, caFile: string): Promise<unknown> {
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: 'cluster', server, caFile, skipTLSVerify: false }, { name: 'hooks', token: 'the-token-of-the-account' })
  return kubernetesOf(config)().call({ method: 'GET', path: '/api/v1/pods' })
}

/** The plugin does as the user's own kubeconfig says. */
test('nothing that runs in the cluster turns the check of certificates off', () => {
  const off = /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|insecure-tls|insecure-skip-tls-verify|skipTLSVerify\s*:\s*true/
  const shipped = sources('.ts', '.mjs', '.yaml', '.tpl').filter(({ path }) => /^(hooks|lib|mover|charts|metacontroller)\//.test(path))
  assert.ok(shipped.length > 150)
  assert.deepEqual(shipped.filter(({ text }) => off.test(text)).map(({ path }) => path), [])
})
