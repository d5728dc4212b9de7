// `helm test`: the Service answers, and refuses a call that has no token or a wrong one.
const server = 'http://holdfast-hooks'

await expect(200, '/healthz', {})
await expect(200, '/readyz', {})
await expect(401, '/backup/sync', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
await expect(401, '/backup/sync', { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer wrong' }, body: '{}' })

async function expect(status, path, request) {
  const response = await fetch(server + path, { ...request, signal: AbortSignal.timeout(10_000) })
  if (response.status !== status) throw new Error(`${path} answered ${response.status}, want ${status}: ${await response.text()}`)
  console.log(`${path} ${status}`)
}
