/** No log line, error answer, status, child, write or metric may ever hold this, but for the store in a mover's task. */
export const MARKER = 'sw0rdfish'

const VALUE = `${MARKER}-5f3a`

/** A destination whose address holds a password. */
export const S3 = { type: 's3', url: 's3://backups/prod', endpoint: `http://user:${VALUE}@minio.minio:9000`, credentialsSecret: 'store' } as const

/** The same value with a secret in each place where people put one: environments, annotations, Secrets. */
export function plantSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plantSecrets)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plantSecrets(field)]))
  return withMarkers(fields)
}

function withMarkers(fields: Record<string, unknown>): Record<string, unknown> {
  const { metadata, kind, related } = fields
  const meta = metadata as { name?: string; annotations?: object } | undefined
  return {
    ...fields,
    ...(meta?.name !== undefined && { metadata: { ...meta, annotations: { ...meta.annotations, 'kubectl.kubernetes.io/last-applied-configuration': `{"token":"${VALUE}"}` } } }),
    ...(kind === 'Job' && { spec: { ...fields.spec as object, template: { spec: { containers: [{ name: 'app', env: [{ name: 'PASSWORD', value: VALUE }] }] } } } }),
    ...(related !== undefined && 'parent' in fields && { related: { ...related as object, 'Secret.v1': secret(fields) } }),
  }
}

/** Nobody asked for it, and hooks do not look at it. */
function secret({ parent }: Record<string, unknown>): object {
  const namespace = (parent as { metadata: { namespace?: string } }).metadata.namespace ?? 'shop'
  return { [`${namespace}/store`]: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store', namespace }, data: { password: VALUE } } }
}

/** S10 is about statuses, Jobs and Events too: others may read them than may read what the secret stands in. */
export function secretFaults(where: string, value: unknown): readonly string[] {
  const text = JSON.stringify(value) ?? ''
  const at = text.indexOf(MARKER)
  return at < 0 ? [] : [`a secret in ${where}: …${text.slice(Math.max(0, at - 300), at + 100)}`]
}

/** A child without the store in the tasks of its containers, or a repository without its own: that is the user's own text, which a mover has to be told. */
export function withoutStore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutStore)
  if (typeof value !== 'object' || value === null) return value
  if ('kind' in value && value.kind === 'BackupRepository') return { ...value, spec: undefined }
  const { name, value: text } = value as { readonly name?: unknown; readonly value?: unknown }
  if (name === 'HOLDFAST_TASK' && typeof text === 'string') return { name, value: { ...JSON.parse(text) as object, store: undefined } }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutStore(field)]))
}
