import { setTimeout as sleep } from 'node:timers/promises'
import type { Kubernetes } from './kubernetes.ts'

export interface Reaching {
  readonly pauseMs: number
  readonly signal: AbortSignal
  readonly onFailure: (error: unknown) => void
}

/**
 * Resolves when the API server has answered once. Tried every `pauseMs` until then; `onFailure` hears of each failure.
 * Throws only when the signal is aborted.
 */
export async function reachKubernetes(api: Kubernetes, { pauseMs, signal, onFailure }: Reaching): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    try {
      await api.call({ method: 'GET', path: '/version' })
      return
    } catch (error) {
      onFailure(error)
      await sleep(pauseMs, undefined, { signal })
    }
  }
}
