import { chooseVolumes } from '../../lib/volume-choice.ts'
import type { Destination, KubeObject, Selector } from '../../schemas/generated/types.ts'
import type { Client } from '../api/client.ts'
import { CLAIM } from '../api/kinds.ts'
import { Failure } from '../cli/failure.ts'
import type { Output } from '../output/terminal.ts'

/** A PersistentVolumeClaim, as far as it is used. */
export type Claim = KubeObject & {
  readonly spec?: { readonly storageClassName?: string, readonly resources?: { readonly requests?: Readonly<Record<string, string>> } }
  readonly status?: { readonly phase?: string, readonly capacity?: Readonly<Record<string, string>> }
}

/** Most claims that one Backup may have. */
export const MAX_VOLUMES = 500

/** Claims of a namespace that a policy's selector matches. */
export const selectClaims = (client: Client, namespace: string, selector: Selector): Promise<readonly Claim[]> =>
  selectClaimsByText(client, namespace, selectorText(selector))

/** As selectClaims, by a selector that the person typed. */
export const selectClaimsByText = (client: Client, namespace: string, labelSelector: string | undefined): Promise<readonly Claim[]> =>
  client.list<Claim>(CLAIM, { namespace, labelSelector })

/**
 * Names of those claims that a scheduled run would take too, in order; the person is told which are left out. `place` is where
 * the run is stored, if that is in a repository.
 * @throws Failure when none is left.
 */
export const volumesAmong = (claims: readonly Claim[], place: Destination | undefined, output: Output): readonly string[] => {
  const { names, skipped } = chooseVolumes(claims, place)
  const left = skipped.map(group => `${group.names.join(', ')} (${group.reason})`).join('; ')
  if (names.length === 0) throw new Failure(`none of the claims that match can be backed up: ${left}`)
  if (left !== '') output.note(`Left out: ${left}.`)
  return names
}

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
