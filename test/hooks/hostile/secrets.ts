/** No log line, error answer, status or metric may ever hold this. */
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
