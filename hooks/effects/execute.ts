import type { Kubernetes } from '../kubernetes.ts'
import { annotateBackup } from './annotate-backup.ts'
import { createContent } from './create-content.ts'
import { createRecord } from './create-record.ts'
import { deleteContent } from './delete-content.ts'
import { deleteRecord } from './delete-record.ts'
import { deleteSnapshot } from './delete-snapshot.ts'
import type { Effect } from './effect.ts'
import { emitEvent } from './emit-event.ts'
import { patchContent } from './patch-content.ts'
import { publishClaim } from './publish-claim.ts'
import { setReclaimPolicy } from './set-reclaim-policy.ts'
import { withdrawClaim } from './withdraw-claim.ts'

/** Executes one effect of the closed list. Throws TransientError or UserError when it could not be done. */
export async function executeEffect(effect: Effect, api: Kubernetes, now: Date): Promise<void> {
  switch (effect.type) {
    case 'createRecord': return await createRecord(effect, api)
    case 'annotateBackup': return await annotateBackup(effect, api)
    case 'deleteRecord': return await deleteRecord(effect, api)
    case 'patchContent': return await patchContent(effect, api)
    case 'createContent': return await createContent(effect, api)
    case 'deleteContent': return await deleteContent(effect, api)
    case 'setReclaimPolicy': return await setReclaimPolicy(effect, api)
    case 'publishClaim': return await publishClaim(effect, api)
    case 'withdrawClaim': return await withdrawClaim(effect, api)
    case 'deleteSnapshot': return await deleteSnapshot(effect, api)
    case 'emitEvent': return await emitEvent(effect, api, now)
    default: return unknown(effect)
  }
}

function unknown(effect: never): never {
  throw new Error(`unknown effect ${JSON.stringify(effect)}`)
}
