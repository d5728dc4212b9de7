import type { Invariant } from './invariant.ts'
import { RESOURCE } from './resources.ts'

/** How every secret value begins that users put into Secrets; nine characters, so that base64 of it begins alike too. */
export const MARKER = 'simsecret'
const ENCODED = Buffer.from(MARKER).toString('base64')

/** S10. What was looked at once is not looked at again: objects in the store are shared and never change. */
export function secrets(): Invariant {
  const clean = new WeakSet()
  return {
    name: 'S10',
    title: 'S10 no secret value stands in an object other than a Secret, in an answer or in a log',
    onChange({ resource, after, actor }) {
      if (resource === RESOURCE.secrets || actor === 'user') return undefined
      const found = markerIn(after, clean)
      return found && `${actor} wrote a secret value into ${resource} ${after.metadata.name}: ${found}`
    },
    onCall({ kind, verb, answer, logs }) {
      const found = markerIn(answer, clean) ?? logs.find(isSecret)
      return found && `${kind}/${verb} let out a secret value: ${found}`
    },
  }
}

function markerIn(value: unknown, clean: WeakSet<object>): string | undefined {
  if (typeof value === 'string') return isSecret(value) ? value.slice(0, 200) : undefined
  if (typeof value !== 'object' || value === null || clean.has(value)) return undefined
  for (const key in value) {
    const found = isSecret(key) ? key : markerIn((value as Record<string, unknown>)[key], clean)
    if (found !== undefined) return found
  }
  if (Object.isFrozen(value)) clean.add(value)
  return undefined
}

function isSecret(text: string): boolean {
  return text.includes(MARKER) || text.includes(ENCODED)
}
