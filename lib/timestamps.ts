/** RFC 3339 in whole seconds, as Kubernetes writes times: `2026-11-21T02:00:00Z`. Fractions are cut off, never rounded up. */
export const timestamp = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

/** Milliseconds of an RFC 3339 string; undefined for an absent or unreadable one. */
export const parseTime = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}
