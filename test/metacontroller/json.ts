import { recent } from './recent.ts'

/** An API object as JSON. Such objects are replaced and never changed, so each is written out once. */
export const objectJson: (object: object) => string = recent(object => JSON.stringify(object))

/** What a JSON text says. Whoever reads the same text is given the same value, so nobody may change it. */
export const sharedJson: (text: string) => unknown = recent(text => JSON.parse(text) as unknown)

/** A list of API objects as JSON; what stands in it besides `items` comes first. */
export function listJson({ items, ...rest }: { readonly items: readonly object[] }): string {
  return `${JSON.stringify(rest).slice(0, -1)}${Object.keys(rest).length > 0 ? ',' : ''}"items":[${items.map(objectJson).join(',')}]}`
}

/** The body of a hook call as JSON: API objects, by name or in groups by name, and flags. */
export function bodyJson(body: object): string {
  return fieldsJson(body, part => {
    if (typeof part !== 'object' || part === null) return JSON.stringify(part)
    return 'metadata' in part ? objectJson(part) : fieldsJson(part, group => fieldsJson(group as object, object => objectJson(object as object)))
  })
}

function fieldsJson(fields: object, write: (field: unknown) => string): string {
  let text = ''
  for (const [key, field] of Object.entries(fields)) if (field !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${write(field)}`
  return `{${text}}`
}

const quoted = recent((key: string) => JSON.stringify(key))
