import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Context } from '../cli/context.ts'
import { kindOf } from '../api/kinds.ts'
import { printChange } from '../output/print.ts'

export interface Amendment {
  /** Merge patch without metadata's identity. */
  readonly change: { readonly spec?: object, readonly annotations?: Readonly<Record<string, string>> }
  /** Past participle for the line that is printed. */
  readonly verb: string
  /** `--dry-run`. */
  readonly dryRun: string
}

/** Changes an object that was just read, and says so. The patch names its UID, so a successor of the same name is never hit. */
export const amend = async (context: Context, object: KubeObject, { change, verb, dryRun }: Amendment): Promise<void> => {
  const kind = kindOf(object)
  if (kind === undefined) throw new TypeError(`${object.kind} is not ours`)
  const { name, namespace, uid } = object.metadata
  const { spec, annotations } = change
  const body = { metadata: { ...uid !== undefined && { uid }, ...annotations && { annotations } }, ...spec && { spec } }
  if (dryRun !== 'client') {
    await (await context.client()).patch(kind, { namespace, name }, { body, ...dryRun === 'server' && { dryRun } })
  }
  await printChange(context.output, object, { format: undefined, verb, dryRun })
}
