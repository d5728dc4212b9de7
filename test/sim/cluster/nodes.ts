import type { Cluster } from './cluster.ts'
import type { Pod } from './objects.ts'

/** After this time without a word from its node, a pod is told to go. */
export const NODE_LOST_AFTER = 300_000

/** The nodes; one that is lost comes back by itself. */
export interface Nodes {
  /** A node that takes the pod; undefined when none does. */
  choose(pod: Pod): string | undefined
  /** Answers after how long it is back, in milliseconds. */
  lose(node: string, milliseconds?: number): number
}

const NAMES = ['node-1', 'node-2', 'node-3'] as const

/** All nodes are there. */
export function createNodes({ engine, faults }: Cluster): Nodes {
  const random = engine.random.fork('nodes')
  const lostUntil = new Map<string, number>()
  const isUp = (name: string): boolean => faults.healed || engine.now() >= (lostUntil.get(name) ?? 0)
  return {
    choose(pod) {
      const wanted = pinOf(pod)
      const up = (wanted === undefined ? NAMES : [wanted]).filter(isUp)
      return up.length === 0 ? undefined : random.pick(up)
    },
    lose(node, milliseconds = NODE_LOST_AFTER + 60_000 * (1 + random.below(40))) {
      lostUntil.set(node, engine.now() + milliseconds)
      return milliseconds
    },
  }
}

interface Term {
  readonly matchFields?: readonly { readonly values?: readonly string[] }[]
}

interface Affinity {
  readonly nodeAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms?: readonly Term[] } }
}

function pinOf({ spec }: Pod): string | undefined {
  const { nodeAffinity } = (spec.affinity ?? {}) as Affinity
  return nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0]
}
