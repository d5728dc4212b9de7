import { STRATEGIES, backup, restoreObject, until, write, type Strategy } from '../scenarios/steps.ts'
import { isGone, type Seen } from '../scenarios/scenario.ts'
import type { Corner } from './corner.ts'
import { apply, ends, patched, removed, wait } from './steps.ts'

const LABELS = { app: 'data', tier: 'gold', 'app.kubernetes.io/instance': 'shop', 'argocd.argoproj.io/instance': 'shop' }
const DONE = { phase: 'Completed', reason: 'Completed' }

/** Policies choose claims by their labels: one that takes its source's place must be chosen as that was, a copy must not. */
export const LABEL_CORNERS: readonly Corner[] = [
  ...STRATEGIES.map(strategy => ofRestore('data', strategy)), ofRestore('copy', 'tar'),
]

function ofRestore(target: string, strategy: Strategy): Corner {
  const expected = target === 'data' ? 'app,holdfast.dev/restore,tier' : 'holdfast.dev/restore'
  const keys = (claim: Seen | undefined): string => Object.keys(claim?.metadata.labels ?? {}).toSorted().join()
  return {
    name: `a claim restored (${strategy}) as ${target} has ${target === 'data' ? 'the labels of its source, but for those that tools track by' : 'no label of its source'}`, repository: true, steps: [
      write('data'), patched('PersistentVolumeClaim', 'data', { metadata: { labels: LABELS } }), wait(10), ...backup('first', strategy), removed('PersistentVolumeClaim', 'data'), until('it is gone', 'PersistentVolumeClaim', 'data', isGone),
      apply(restoreObject('again', { backup: 'first', volumes: [{ source: 'data', target }] })), ends('Restore', 'again', DONE), until(`it has ${expected}`, 'PersistentVolumeClaim', target, claim => keys(claim) === expected, 60),
    ],
  }
}
