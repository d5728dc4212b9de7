import { spawn, type ChildProcess } from 'node:child_process'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { BODY, TOKEN } from './hook-request.ts'
import { atLeast, atMost, fact, median, quantile, type Metric } from './metric.ts'

const ROUNDS = 5
const REQUESTS = 6000

/** Sync requests a second on one core through the real server, with a Backup of ten running Jobs; and how long the slowest percent waits. */
export async function measure(): Promise<readonly Metric[]> {
  const { server, port } = await startServer()
  try {
    const rates: number[] = []
    const slow: number[] = []
    await round(port, { connections: 8, requests: 2000 })
    for (let n = 0; n < ROUNDS; n += 1) {
      rates.push((await round(port, { connections: 8, requests: REQUESTS })).rate)
      slow.push(quantile((await round(port, { connections: 4, requests: REQUESTS })).milliseconds, 0.99))
      process.stderr.write(`round ${n + 1}: ${rates[n]?.toFixed(0)} requests/s, p99 ${slow[n]?.toFixed(2)} ms\n`)
    }
    return [
      atLeast('hook.sync.rate', { value: median(rates), unit: 'requests/s on one core', aim: 2000 }),
      atMost('hook.sync.p99', { value: median(slow), unit: 'ms with 4 connections', aim: 5 }),
      fact('hook.sync.body', Buffer.byteLength(BODY), 'bytes'),
    ]
  } finally {
    server.kill()
  }
}

async function startServer(): Promise<{ server: ChildProcess; port: number }> {
  const program = [process.execPath, new URL('./hook-server.ts', import.meta.url).pathname]
  const pinned = process.platform === 'linux' ? ['taskset', '-c', '0', ...program] : program
  const server = spawn(pinned[0] ?? '', pinned.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: server.stdout })) return { server, port: Number(line) }
  throw new Error('the hook server ended before it listened')
}

interface Load { readonly connections: number; readonly requests: number }

/** Closed loop: each connection sends its next request when it has the answer to the last. */
async function round(port: number, { connections, requests }: Load): Promise<{ rate: number; milliseconds: readonly number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const milliseconds: number[] = []
  let left = requests
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, async () => {
    while (left > 0) {
      left -= 1
      const begun = performance.now()
      await post(port, agent)
      milliseconds.push(performance.now() - begun)
    }
  }))
  const rate = requests / ((performance.now() - started) / 1000)
  agent.destroy()
  return { rate, milliseconds }
}

const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) }

function post(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: '/backup/sync', method: 'POST', agent, headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => { text += chunk }).on('end', () => check(response.statusCode, text, resolve, reject))
    })
    call.on('error', reject)
    call.end(BODY)
  })
}

/** A fast wrong answer is worth nothing: ten Jobs in, ten Jobs out. */
function check(status: number | undefined, text: string, ...[resolve, reject]: [() => void, (error: Error) => void]): void {
  const jobs = text.split('"kind":"Job"').length - 1
  if (status === 200 && jobs === 10) resolve()
  else reject(new Error(`expected 200 and 10 Jobs, got ${status} and ${jobs}: ${text.slice(0, 300)}`))
}
