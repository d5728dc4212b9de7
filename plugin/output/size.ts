const UNITS = ['B', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']

/** Bytes for a table cell: `512B`, `1.5Ki`, `20Mi`; `<none>` when not known. */
export const size = (bytes: number | undefined): string => {
  if (bytes === undefined) return '<none>'
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const text = value < 10 && unit > 0 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value))
  return `${text}${UNITS[unit]}`
}
