import { objectJson } from '../../metacontroller/json.ts'
import type { Invariant } from './invariant.ts'
import { RESOURCE } from './resources.ts'

/** How every secret value begins that users put into Secrets; nine characters, so that base64 of it begins alike too. */
export const MARKER = 'simsecret'
const ENCODED = Buffer.from(MARKER).toString('base64')

/** S10. JSON leaves the letters of a secret as they are, so its text shows at once whether there is anything to look for. */
export function secrets(): Invariant {
  return {
    name: 'S10',
    title: 'S10 no secret value stands in an object other than a Secret, in an answer or in a log',
    onChange({ resource, after, actor }) {
      if (resource === RESOURCE.secrets || actor === 'user') return undefined
      const found = isSecret(objectJson(after)) ? markerIn(after) : undefined
      return found && `${actor} wrote a secret value into ${resource} ${after.metadata.name}: ${found}`
    },
    onCall({ kind, verb, answer, answerText = JSON.stringify(answer), logs }) {
      const found = (isSecret(answerText) ? markerIn(answer) : undefined) ?? logs.find(isSecret)
      return found && `${kind}/${verb} let out a secret value: ${found}`
    },
  }
}

function markerIn(value: unknown): string | undefined {
  if (typeof value === 'string') return isSecret(value) ? value.slice(0, 200) : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const key in value) {
    const found = isSecret(key) ? key : markerIn((value as Record<string, unknown>)[key])
    if (found !== undefined) return found
  }
  return undefined
}

function isSecret(text: string): boolean {
  return text.includes(MARKER) || text.includes(ENCODED)
}
