import type { KubeObject } from '../../schemas/generated/types.ts'
import type { Context } from '../cli/context.ts'
import type { ExitCode } from '../cli/exit-code.ts'
import type { Kind } from '../api/kinds.ts'
import type { View } from '../output/columns.ts'
import { printList } from '../output/print.ts'
import type { Column } from '../output/table.ts'

/** Namespace to look in (undefined for all), and the words for a message that nothing was there. */
export const place = async (context: Context, allNamespaces: boolean): Promise<{ readonly namespace?: string, readonly missing: string }> => {
  if (allNamespaces) return { missing: '' }
  const namespace = await context.namespace()
  return { namespace, missing: ` in ${namespace} namespace` }
}

export interface Listing<T extends KubeObject> {
  readonly kind: Kind
  columns(view: View): readonly Column<T>[]
  /** `policies`, for the message that there are none. */
  readonly noun: string
  readonly args: { readonly allNamespaces: boolean, readonly selector?: string, readonly output?: string }
}

/** `list` of one kind: reads, sorts, prints. */
export const printListing = async <T extends KubeObject>(context: Context, listing: Listing<T>): Promise<ExitCode> => {
  const { kind, columns, noun, args: { allNamespaces, selector, output: format } } = listing
  const { namespace, missing } = await place(context, allNamespaces)
  const items = await (await context.client()).list<T>(kind, { namespace, labelSelector: selector })
  return printList(context.output, items, {
    format, columns: columns({ now: context.now(), allNamespaces }), empty: `No ${noun} found${missing}.`,
  })
}
