import type { Response } from './api.ts'

/** Which resource a failure is about. */
export interface About {
  readonly group: string
  readonly plural: string
  readonly kind: string
}

/** One thing that is wrong with a field; `reason` as in the causes of a Status. */
export interface FieldError {
  readonly field: string
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueNotSupported' | 'FieldValueForbidden' | 'FieldValueDuplicate' |
    'FieldValueTooLong' | 'FieldValueTooMany' | 'FieldValueTypeInvalid' | 'FieldValueNotFound'
  readonly message: string
}

/** Thrown for every answer that is not 2xx. No Error: a stack for each 404 would cost more than the request. */
export class Refusal {
  readonly response: Response

  constructor(code: number, reason: string | undefined, text: { readonly message: string; readonly details?: object }) {
    const details = text.details === undefined ? {} : { details: text.details }
    this.response = { status: code, body: { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', message: text.message, ...(reason === undefined ? {} : { reason }), ...details, code } }
  }
}

/** 404 for an object. */
export function notFound(about: About, name: string): Refusal {
  return new Refusal(404, 'NotFound', { message: `${resourceOf(about)} "${name}" not found`, details: detailsOf(about.group, about.plural, name) })
}

/** 404 for a path that leads nowhere. */
export function noSuchPath(): Refusal {
  return new Refusal(404, 'NotFound', { message: 'the server could not find the requested resource', details: {} })
}

/** 405 for a method that a path does not have. */
export function notAllowed(): Refusal {
  return new Refusal(405, 'MethodNotAllowed', { message: 'the server does not allow this method on the requested resource', details: {} })
}

/** 409 for a name that is taken. */
export function alreadyExists(about: About, name: string): Refusal {
  return new Refusal(409, 'AlreadyExists', { message: `${resourceOf(about)} "${name}" already exists`, details: detailsOf(about.group, about.plural, name) })
}

/** 409 for an object that is not what the caller thinks it is. */
export function conflict(about: About, name: string, why = 'the object has been modified; please apply your changes to the latest version and try again'): Refusal {
  const message = `Operation cannot be fulfilled on ${resourceOf(about)} "${name}": ${why}`
  return new Refusal(409, 'Conflict', { message, details: detailsOf(about.group, about.plural, name) })
}

/** 422 with one cause for each error. */
export function invalid(about: About, name: string, errors: readonly FieldError[]): Refusal {
  const kind = about.group === '' ? about.kind : `${about.kind}.${about.group}`
  const texts = errors.map(({ field, message }) => `${field}: ${message}`)
  const message = `${kind} "${name}" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`
  const causes = errors.map(({ reason, message: text, field }) => ({ reason, message: text, field }))
  return new Refusal(422, 'Invalid', { message, details: { ...detailsOf(about.group, about.kind, name), causes } })
}

/** 400. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', { message })
}

/** 500, which has no reason. */
export function internal(message: string): Refusal {
  return new Refusal(500, undefined, { message })
}

/** 403 by an admission plugin. */
export function forbidden(about: About, name: string, why: { readonly message: string; readonly causes?: readonly object[] }): Refusal {
  const causes = why.causes === undefined ? {} : { causes: why.causes }
  return new Refusal(403, 'Forbidden', {
    message: `${resourceOf(about)} "${name}" is forbidden: ${why.message}`, details: { ...detailsOf(about.group, about.plural, name), ...causes },
  })
}

function resourceOf({ group, plural }: About): string {
  return group === '' ? plural : `${plural}.${group}`
}

function detailsOf(group: string, kind: string, name: string): object {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind }
}
