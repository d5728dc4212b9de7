/** Variables whose values must never be shown. */
const SECRETS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'RESTIC_PASSWORD'] as const

/** A function that replaces every secret of this environment in a text by `***`. */
export function redactor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const values = SECRETS.flatMap(name => {
    const value = env[name]
    return value === undefined || value.length < 4 ? [] : [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]
  })
  return text => values.reduce((clean, value) => clean.replaceAll(value, '***'), text)
}
