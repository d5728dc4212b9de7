import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import type { AuditResult } from './advisories.ts'

/** What a registry's advisory endpoint says, given the packages it is asked about. */
type Advisories = (asked: Readonly<Record<string, unknown>>, response: ServerResponse) => void

const json = (value: unknown, status = 200) => (_asked: unknown, response: ServerResponse): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
const advisory = (name: string) => ({ [name]: [{ id: 1, url: 'advisory/1', title: 'bad', severity: 'high', vulnerable_versions: '<2.0.0', cwe: [], cvss: { score: 9, vectorString: null } }] })

/** A service that knows the canary, and `known`. */
const service = (...known: readonly string[]): Advisories => (asked, response) =>
  json(Object.assign({}, ...['minimist', ...known].filter(name => Object.hasOwn(asked, name)).map(advisory)))(asked, response)

const rows: readonly [string, Advisories, AuditResult['audit'], number, RegExp][] = [
  ['a service that knows of nothing: clean', service(), 'clean', 0, /nothing to say/],
  ['a service that knows of a package of ours: vulnerable', service('leftpad'), 'vulnerable', 1, /1 packages/],
  ['404: not answered', json({}, 404), 'not answered', 3, /./],
  ['501: not answered', json({}, 501), 'not answered', 3, /./],
  ['500: not answered', json({ error: 'down' }, 500), 'not answered', 3, /./],
  ['a web page instead of JSON: not answered', (_asked, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>'), 'not answered', 3, /./],
  ['an empty body: not answered', (_asked, response) => void response.writeHead(200).end(), 'not answered', 3, /./],
  ['half a body: not answered', (_asked, response) => void response.writeHead(200, { 'content-length': '100' }).end('{"leftpad": ['), 'not answered', 3, /./],
  ['200 with an error object: not answered', json({ error: { code: 'E_NO', summary: 'no advisories here' } }), 'not answered', 3, /./],
  ['200 with a message: not answered', json({ message: 'not supported' }), 'not answered', 3, /./],
  ['{} for whatever is asked: not answered', json({}), 'not answered', 3, /knows nothing of minimist/],
  ['a list instead of an object: not answered', json([]), 'not answered', 3, /./],
  ['a connection that hangs: not answered', () => undefined, 'not answered', 3, /./],
  ['a connection that is cut: not answered', (_asked, response) => void response.socket?.destroy(), 'not answered', 3, /./],
]

const folder = mkdtempSync(join(tmpdir(), 'holdfast-release-'))
let say: Advisories = json({})
const server = createServer((request, response) => void answer(request, response))
let registry = ''

before(async () => {
  const root = { name: 'ours', version: '1.0.0', dependencies: { leftpad: '1.0.0' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...root, lockfileVersion: 3, packages: { '': root, 'node_modules/leftpad': { version: '1.0.0' } } }))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

for (const [sentence, advisories, audit, code, because] of rows) {
  test(sentence, async () => {
    say = advisories
    const seen = await check(registry)
    assert.deepEqual([seen.result.audit, seen.code], [audit, code], seen.result.because)
    assert.match(seen.result.because, because)
    assert.ok(!seen.result.because.includes(registry), 'no address in what is told')
    assert.deepEqual(seen.result.packages, audit === 'vulnerable' ? ['leftpad'] : [])
  })
}

test('nobody listens: not answered', async () => {
  assert.equal((await check('http://127.0.0.1:1/')).result.audit, 'not answered')
})

/** The advisory endpoints are POSTs; a package's description is asked for with GET. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return json({ name: request.url?.slice(1), versions: { '1.0.0': {}, '0.0.8': {} }, 'dist-tags': { latest: '1.0.0' } })(undefined, response)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  say(JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString() || '{}') as Record<string, unknown>, response)
}

function check(from: string): Promise<{ readonly result: AuditResult; readonly code: number }> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [main, '--folder', folder, '--registry', from, '--timeout', '8'], (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(stderr))
      else resolve({ result: JSON.parse(stdout) as AuditResult, code: Number(error?.code ?? 0) })
    })
  })
}
