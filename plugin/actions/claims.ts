import { LABEL, MANAGED_BY } from '../../lib/api.ts'
import type { KubeObject, Selector } from '../../schemas/generated/types.ts'
import type { Client } from '../api/client.ts'
import { CLAIM } from '../api/kinds.ts'

/** A PersistentVolumeClaim, as far as it is used. */
export type Claim = KubeObject & {
  readonly spec?: { readonly storageClassName?: string, readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }
  readonly status?: { readonly phase?: string, readonly capacity?: Readonly<Record<string, string>> }
}

/** Most claims that one Backup may have. */
export const MAX_VOLUMES = 500

/** Claims of a namespace that a policy's selector chooses, in name order. Temporary claims of restores are not among them. */
export const selectClaims = async (client: Client, namespace: string, selector: Selector): Promise<readonly Claim[]> =>
  inOrder(await client.list<Claim>(CLAIM, { namespace, labelSelector: selectorText(selector) }))

/** As selectClaims, by a selector that the person typed. */
export const selectClaimsByText = async (client: Client, namespace: string, labelSelector: string | undefined): Promise<readonly Claim[]> =>
  inOrder(await client.list<Claim>(CLAIM, { namespace, labelSelector }))

/** A claim that Holdfast made for itself, and that nobody backs up. */
export const isTemporary = (claim: KubeObject): boolean =>
  claim.metadata.labels?.[LABEL.managedBy] === MANAGED_BY && claim.metadata.labels[LABEL.role] !== undefined

const inOrder = (claims: readonly Claim[]): readonly Claim[] =>
  claims.filter(claim => !isTemporary(claim) && claim.metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name))

/** A selector as the API's labelSelector query: `app=shop,tier in (a,b),!temporary`. Empty for the empty selector. */
export const selectorText = ({ matchLabels = {}, matchExpressions = [] }: Selector): string => [
  ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
  ...matchExpressions.map(expressionText),
].join(',')

const expressionText = ({ key, operator, values = [] }: NonNullable<Selector['matchExpressions']>[number]): string => {
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
}

/** Whether a selector chooses an object with these labels. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  && matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key]
    if (operator === 'Exists') return value !== undefined
    if (operator === 'DoesNotExist') return value === undefined
    const among = value !== undefined && values.includes(value)
    return operator === 'In' ? among : !among
  })
