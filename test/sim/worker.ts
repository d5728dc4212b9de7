import { parentPort, workerData } from 'node:worker_threads'
import { countBlocks } from './coverage/collect.ts'
import type { Order } from './pool.ts'

const { covered } = workerData as { readonly covered: boolean }
// Only what is loaded from now on is counted.
const counts = covered ? countBlocks() : undefined
const { perform } = await import('./perform.ts')

parentPort?.on('message', async (order: Order) => {
  parentPort?.postMessage(order.type === 'coverage' ? { type: 'coverage', coverage: counts?.() ?? [] } : await perform(order))
})
