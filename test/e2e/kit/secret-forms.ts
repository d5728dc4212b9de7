/** A value that nobody may see, and what it is called when it was seen: the value itself is never printed. */
export interface Needle { readonly name: string; readonly value: string }

/** Some text, and where it stands. */
export interface Haystack { readonly where: string; readonly text: string }

/** Where which secret stands, in whatever form. Base64 is found also when it is cut into lines. */
export function leaks(needles: readonly Needle[], haystacks: readonly Haystack[]): readonly string[] {
  const forms = needles.map(({ name, value }) => ({ name, plain: plainForms(value), base64: base64Forms(value) }))
  const found = haystacks.flatMap(({ where, text }) => {
    const joined = text.replaceAll(/\\r|\\n|\s/g, '')
    return forms.filter(({ plain, base64 }) => plain.some(form => text.includes(form)) || base64.some(form => text.includes(form) || joined.includes(form))).map(({ name }) => `${where} has ${name}`)
  })
  return [...new Set(found)]
}

/** The value as it is, in an address, in hexadecimal, in JSON, and in JSON that stands in JSON: objects are read as JSON, and the task of a mover is JSON in one of them. */
function plainForms(value: string): readonly string[] {
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
  const hex = Buffer.from(value).toString('hex')
  return [...new Set([value, encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2), inJson(value), inJson(inJson(value)), hex, hex.toUpperCase()])]
}

/**
 * What surely stands in the base64 of any text that has the value in it. Three bytes make four characters, so it depends on where in three the
 * value begins, and the characters at its ends also tell of its neighbours: these are left out.
 */
function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const standard = [0, 1, 2].map(before => {
    const whole = Math.floor((before + bytes.length) * 8 / 6)
    return Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').slice(Math.ceil(before * 8 / 6), whole)
  })
  return [...new Set([...standard, ...standard.map(form => form.replaceAll('+', '-').replaceAll('/', '_'))])]
}
