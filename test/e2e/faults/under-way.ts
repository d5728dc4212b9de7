import assert from 'node:assert/strict'
import { LABEL } from '../../../lib/api.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { until } from '../kit/kubectl.ts'
import { restore } from '../kit/objects.ts'
import type { Treasure } from './kept.ts'
import { Ledger } from './ledger.ts'
import type { Scene } from './restoring.ts'

/** The Restore that is at work when `restoreUnderWay` returns. */
export const LATE = 'late'
const SLOW = 'slow'

interface Pod extends KubeObject { readonly status?: { readonly phase?: string } }

/** Begins a restore whose command takes its time, and waits until its mover runs. The scene knows what has to come out of it. */
export async function restoreUnderWay({ box, node, points }: Treasure): Promise<Scene> {
  const { backup, claim, hash, lane } = points.find(({ lane: { name } }) => name === 'custom') ?? assert.fail('there is a point of strategy custom')
  const { command = [], restoreCommand = [] } = lane.spec.custom ?? {}
  await box.apply({
    apiVersion: backup.apiVersion, kind: 'Backup', metadata: { name: SLOW, labels: { [LABEL.policy]: lane.name } },
    spec: { ...backup.spec, custom: { command, restoreCommand: ['/bin/sh', '-c', `sleep 20; ${restoreCommand.join(' ')}`] } },
  })
  await box.backupIn('Completed', SLOW, 240)
  await box.apply(restore(LATE, { backup: SLOW, volumes: [{ source: claim, target: 'copy-late' }] }))
  await untilRunning(box, `holdfast.dev/restore=${LATE}`)
  const ledger = new Ledger()
  ledger.remember(SLOW, { [claim]: hash })
  return { box, node, ledger }
}

/** Waits until a pod with these labels runs. */
export async function untilRunning(box: Scene['box'], selector: string): Promise<void> {
  await until(`a mover of ${selector} to run`, async () => (await box.list<Pod>('pods', selector)).some(({ status }) => status?.phase === 'Running'))
}
