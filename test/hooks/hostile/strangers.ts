import { request } from 'node:http'
import { TOKEN, type Target } from './target.ts'

/** Headers of callers who have not the token, some of them nearly. */
export const WRONG_TOKENS: readonly (string | undefined)[] = [
  undefined, '', 'Bearer', 'Bearer ', 'Bearer wrong', TOKEN, `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`, `Bearer ${TOKEN.slice(0, -1)}`, `Bearer ${TOKEN.slice(1)}`,
  `Bearer ${TOKEN}x`, `Bearer ${TOKEN}${TOKEN}`, `Bearer ${TOKEN} ${TOKEN}`, `Bearer ${TOKEN.toUpperCase()}`, `Bearer ${TOKEN.slice(0, 8)}`, `Bearer "${TOKEN}"`, `Bearer,${TOKEN}`,
  `Bearer ${'x'.repeat(8000)}`, `Bearer ${TOKEN}\u00a0`, `Token ${TOKEN}`,
]

/** Where a stranger may knock: hooks that are there, hooks that are not, other methods, paths that no one can decode. */
export const DOORS: readonly (readonly [method: string, path: string])[] = [
  ...['backup', 'backuppolicy', 'restore', 'backuprepository', 'clusterbackuprepository'].flatMap(kind => ['sync', 'finalize', 'customize'].map(verb => ['POST', `/${kind}/${verb}`] as const)),
  ['POST', '/nothing/sync'], ['POST', '/backup/destroy'], ['POST', '/backup'], ['POST', '/'], ['POST', '/a/b/c'], ['POST', '/healthz'], ['POST', '/metrics'], ['POST', '/%E0%A4%A/sync'],
  ['POST', '/__proto__/sync'], ['POST', '/backup/sync/'], ['POST', '//backup//sync'], ['GET', '/backup/sync'], ['PUT', '/backup/sync'], ['DELETE', '/restore/sync'], ['OPTIONS', '/backup/sync'], ['GET', '/'],
]

/** Status and text, as one. */
export function knock({ running: { port } }: Target, [method, path]: readonly [string, string], authorization: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { authorization: Buffer.from(authorization, 'utf8').toString('latin1') }
    const sent = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('end', () => resolve(`${response.statusCode} ${text}`))
    })
    sent.on('error', reject).end(method === 'POST' ? '{"parent":{}}' : undefined)
  })
}
