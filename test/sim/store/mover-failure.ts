import { TransientError, UserError } from '../../../lib/errors.ts'
import type { Reason } from '../../../lib/reasons.ts'
import { encodeResult, exitCode, failure } from '../../../mover/run/result.ts'
import type { MoverEnd } from './mover.ts'
import type { Work } from './work.ts'

/** What a mover suffers that fails for a reason of its own: it ends somewhere on its way, or it cannot read some files (-1: any). */
export interface Broken {
  readonly end?: MoverEnd
  readonly unreadable?: number
}

/** What time mends: tried again by the Job. */
const TRANSIENT: readonly Reason[] = ['MoverFailed', 'StoreUnreachable']
/** What a person has to mend. */
const USER: readonly Reason[] = ['StoreFull', 'BucketNotFound', 'InvalidTask']

/** Draws how a mover fails, of all that it may say in its operation. */
export function failureOf({ task: { operation, strategy }, random, command }: Work): Broken {
  const external = strategy === 'external'
  const transient: readonly Reason[] = [...TRANSIENT, ...(external ? ['RepositoryLocked', 'OutOfMemory'] as const : []), ...commandReasons(operation, command)]
  const ofRestores: readonly Reason[] = operation === 'restore' ? ['VolumeFull', 'AccessDenied'] : []
  const user: readonly Reason[] = [...USER, ...(external ? ['WrongKey', 'RepositoryDamaged'] as const : []), ...ofRestores]
  const draw = random.below(10)
  if (operation === 'backup' && strategy !== 'custom' && draw < 2) return { unreadable: draw === 0 ? -1 : 1 + random.below(20) }
  if (draw < 6) return { end: failureBy(operation, new TransientError(random.pick(transient), 'said by a simulated mover')) }
  if (draw < 8) return { end: failureBy(operation, new UserError(random.pick(user), 'said by a simulated mover')) }
  if (draw === 8) return { end: failureBy(operation, new Error('undefined is not a function')) }
  // Killed, or so broken that it said nothing, or half a word.
  return { end: random.pick<MoverEnd>([{ exitCode: 1 }, { exitCode: 137 }, { exitCode: 134, message: '{"operation":"backup","ok":fal' }]) }
}

function commandReasons(operation: string, command: boolean): readonly Reason[] {
  if (!command) return []
  return operation === 'restore' ? ['ConsumerFailed'] : ['ProducerFailed', 'ProducerFailed', 'ProducerFailed']
}

/** The end of a mover that threw this. */
export function failureBy(operation: Work['task']['operation'], error: Error): MoverEnd {
  return { exitCode: exitCode(error), message: encodeResult(failure(operation, error)) }
}
