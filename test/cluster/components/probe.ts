import { connect } from 'node:net'
import type { Layout } from '../layout.ts'
import { inNetwork } from '../network.ts'
import { run } from '../run.ts'

/** Whether something listens on a local socket. */
export function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => resolve(false))
  })
}

/** Whether a GET answers 200, asked from the machine. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
  await response.arrayBuffer()
  return response.ok
}

/** Whether a TCP port of the cluster's loopback listens (for what is not reachable from outside its network). */
export async function listensInside(layout: Layout, port: number): Promise<boolean> {
  const [command = '', ...args] = inNetwork(layout, ['ss', '-Hltn', `sport = :${port}`])
  return (await run(command, args)).stdout.trim() !== ''
}
