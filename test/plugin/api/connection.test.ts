import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openConnection } from '../../../plugin/api/connection.ts'
import { EXIT } from '../../../plugin/cli/exit-code.ts'
import { Failure } from '../../../plugin/cli/failure.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-connection-'))
after(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const open = (user: object, cluster: object = {}): ReturnType<typeof openConnection> => openConnection({
  environment: {},
  file: write('config', JSON.stringify({
    'current-context': 'c', contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://example.test:6443/prefix', ...cluster } }], users: [{ name: 'u', user }],
  })),
})
const authorization = async (user: object): Promise<string | readonly string[] | undefined> => (await open(user)).headers['authorization']
/** An exec plugin that knows a token. */
const plugin = (): object => {
  const answer = JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'from-exec' } })
  chmodSync(write('plugin.sh', `#!/bin/sh\necho '${answer}'\n`), 0o755)
  return { apiVersion: 'client.authentication.k8s.io/v1', command: join(folder, 'plugin.sh'), interactiveMode: 'Never' }
}

describe('openConnection', () => {
  it('has the server, and the namespace default', async () => {
    const { server, namespace } = await open({})
    assert.deepEqual([server.href, namespace], ['https://example.test:6443/prefix', 'default'])
  })
  it('reads certificates from data', async () => {
    const { tls } = await open({ 'client-certificate-data': base64('crt'), 'client-key-data': base64('key') }, { 'certificate-authority-data': base64('ca') })
    assert.deepEqual([tls.cert, tls.key, tls.ca].map(String), ['crt', 'key', 'ca'])
  })
  it('reads certificates from files', async () => {
    for (const name of ['crt', 'key', 'ca']) write(name, `${name} file`)
    const { tls } = await open({ 'client-certificate': 'crt', 'client-key': 'key' }, { 'certificate-authority': 'ca' })
    assert.deepEqual([tls.cert, tls.key, tls.ca].map(String), ['crt file', 'key file', 'ca file'])
  })
  it('checks certificates unless told not to', async () => {
    assert.equal((await open({})).tls.rejectUnauthorized, undefined)
    assert.equal((await open({}, { 'insecure-skip-tls-verify': true })).tls.rejectUnauthorized, false)
  })
  it('asks for another name in the certificate', async () => assert.equal((await open({}, { 'tls-server-name': 'api' })).tls.servername, 'api'))
  it('sends a token', async () => assert.equal(await authorization({ token: 't' }), 'Bearer t'))
  it('sends the token of a file', async () => assert.equal(await authorization({ tokenFile: write('token', 'from-file\n') }), 'Bearer from-file'))
  it('reads the token anew when it is opened again, in the same context', async () => {
    const connection = await open({ tokenFile: write('token', 'first') })
    write('token', 'second')
    const text = readFileSync(join(folder, 'config'), 'utf8')
    write('config', text.replace('"current-context":"c"', '"current-context":"another"'))
    const again = await connection.reopen?.()
    assert.deepEqual([connection.headers['authorization'], again?.headers['authorization'], again?.context], ['Bearer first', 'Bearer second', 'c'])
  })
  it('sends name and password', async () => assert.equal(await authorization({ username: 'ann', password: 'p:w' }), `Basic ${base64('ann:p:w')}`))
  it('sends nothing for who has nothing', async () => assert.equal(await authorization({}), undefined))
  it('asks an exec plugin', async () => assert.equal(await authorization({ exec: plugin() }), 'Bearer from-exec'))
  const acting = { as: 'ann', 'as-uid': '42', 'as-groups': ['ops', 'dev'], 'as-user-extra': { 'example.com/Scope': ['a', 'b'] } }
  const impersonation = { 'impersonate-user': 'ann', 'impersonate-uid': '42', 'impersonate-group': ['ops', 'dev'], 'impersonate-extra-example.com%2Fscope': ['a', 'b'] }
  it('acts as whom the user entry says', async () => {
    assert.deepEqual((await open({ token: 't', ...acting })).headers, { authorization: 'Bearer t', ...impersonation })
    assert.deepEqual((await open({ 'client-certificate-data': base64('crt'), ...acting })).headers, impersonation)
    assert.deepEqual((await open({ username: 'ann', ...acting })).headers, { authorization: `Basic ${base64('ann:')}`, ...impersonation })
  })
  it('also when the credentials are those of an exec plugin', async () => {
    assert.deepEqual((await open({ exec: plugin(), ...acting })).headers, { authorization: 'Bearer from-exec', ...impersonation })
  })
  it('tells that an exec plugin failed', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: join(folder, 'absent-plugin'), interactiveMode: 'Never' }
    await assert.rejects(open({ exec }), (error: unknown) => error instanceof Failure && error.exitCode === EXIT.forbidden && /cannot get credentials from .*absent-plugin/.test(error.message))
  })
  it('goes through a proxy', async () => {
    const { tls, headers } = await open({ token: 't' }, { 'proxy-url': 'http://proxy.test:3128' })
    assert.ok(tls.agent)
    assert.equal(headers['authorization'], 'Bearer t')
  })
  it('tells a file that cannot be read', async () => {
    await assert.rejects(open({ 'client-key': 'absent.key' }), /cannot read client-key .*absent\.key of the kubeconfig/)
  })
  it('tells a server that is no address', async () => assert.rejects(open({}, { server: 'nope' }), /has no usable server address: got "nope"/))
  it('says that there is no kubeconfig', async () => assert.rejects(openConnection({ environment: { HOME: '/nonexistent' } }), /there is no kubeconfig/))
})
