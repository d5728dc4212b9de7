import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Context } from '../cli/context.ts'
import type { Kind } from '../api/kinds.ts'
import { printChange } from '../output/print.ts'

export interface CreationFlags {
  readonly dryRun: string
  readonly output?: string
}

/**
 * Creates an object and prints it: `backup.holdfast.dev/x created`, or as `-o` says. With --dry-run the object is printed
 * as YAML unless `-o` says otherwise, so that it can be committed to Git; `client` sends nothing.
 */
export const createAndPrint = async <T extends KubeObject>(context: Context, kind: Kind, given: { object: T, flags: CreationFlags }): Promise<T> => {
  const { object, flags: { dryRun, output } } = given
  const made = dryRun === 'client'
    ? object
    : await (await context.client()).create(kind, object, dryRun === 'server' ? { dryRun } : {})
  await printChange(context.output, made, { format: output ?? (dryRun === 'none' ? undefined : 'yaml'), verb: 'created', dryRun })
  return made
}
