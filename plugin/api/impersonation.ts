import type { User } from './kubeconfig.ts'

export type Headers = Readonly<Record<string, string | readonly string[]>>

/** Whom a user entry of a kubeconfig acts as, as headers of a request. Without them it would go with the entry's own, stronger rights. */
export const impersonationOf = (user: User): Headers => ({
  ...user.as && { 'impersonate-user': user.as },
  ...user['as-uid'] && { 'impersonate-uid': user['as-uid'] },
  ...user['as-groups']?.length && { 'impersonate-group': user['as-groups'] },
  ...Object.fromEntries(Object.entries(user['as-user-extra'] ?? {}).map(([key, values]) => [`impersonate-extra-${escaped(key)}`, values])),
})

/** Keys are URLs more often than not; the API server undoes this. */
const escaped = (key: string): string => encodeURIComponent(key.toLowerCase()).replaceAll('(', '%28').replaceAll(')', '%29')
