import type { BackupRepositorySpec } from '../../schemas/generated/types.ts'

export type ResticPassword = 'required' | 'optional' | 'none'

/** An environment variable of a container. */
export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string; readonly optional?: boolean } }
}

/** Environment variables that carry a repository's credentials, each by its own key: values never pass through us. */
export function secretEnv(spec: BackupRepositorySpec | undefined, resticPassword: ResticPassword): readonly EnvVar[] {
  const secret = spec?.credentialsSecret
  if (!spec || !secret) return []
  const keys = spec.type === 's3' ? [key(secret, 'AWS_ACCESS_KEY_ID'), key(secret, 'AWS_SECRET_ACCESS_KEY'), key(secret, 'AWS_SESSION_TOKEN', true)] : []
  if (resticPassword === 'none') return keys
  return [...keys, key(secret, 'RESTIC_PASSWORD', resticPassword === 'optional')]
}

function key(secret: string, name: string, optional = false): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key: name, ...(optional && { optional }) } } }
}
