import type { Outcome } from './kubectl.ts'

/**
 * What `kubectl auth can-i` answered. Whatever is neither a plain yes nor a plain no about a resource that exists throws: an API server that is
 * away, or a kind with a typing error, would else count as "may not".
 */
export function allowed({ code, stdout, stderr }: Outcome): boolean {
  const answer = /^(yes|no)( - .*)?$/.exec(stdout.trim())?.[1]
  const asked = !/doesn't have a resource type|^error|Error from server/im.test(stderr)
  if (asked && code === 0 && answer === 'yes') return true
  if (asked && code === 1 && answer === 'no') return false
  throw new Error(`kubectl auth can-i gave no answer: exit ${code}, ${JSON.stringify(stdout)}, ${JSON.stringify(stderr)}`)
}

/** Why an action was not refused by RBAC, for this user; undefined when it was. Any other failure is no refusal. */
export function notForbidden({ code, stdout, stderr }: Outcome, user: string): string | undefined {
  if (code === 0) return `it was done: ${stdout.trim().slice(0, 200)}`
  if (/\(Forbidden\)|is forbidden/.test(stderr) && stderr.includes(`User "${user}" cannot `)) return undefined
  return `it failed, but not because it is forbidden to ${user}: exit ${code}, ${stderr.trim().slice(0, 500)}`
}
