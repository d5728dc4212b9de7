import { GROUP } from '../../lib/api.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure } from '../cli/failure.ts'

/** A Kubernetes Status object, as far as it is used. */
export interface Status {
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly name?: string, readonly causes?: readonly unknown[] }
}

/** An answer of the API server that is not a success. `status` is the HTTP code. */
export class ApiFailure extends Failure {
  readonly status: number

  constructor(status: number, message: string, exitCode: Failure['exitCode']) {
    super(message, exitCode)
    this.status = status
  }
}

/** What to tell the person, by the first rule that fits. */
export const apiFailure = (code: number, body: string, path: string): ApiFailure => {
  const status = parseStatus(body)
  const message = status.message ?? body.trim().slice(0, 300)
  if (code === 401) return new ApiFailure(code, `not logged in to the cluster: ${message}. Renew the credentials of this context`, EXIT.forbidden)
  if (code === 403) return new ApiFailure(code, `not allowed: ${message}. Ask for this permission, or use another context`, EXIT.forbidden)
  if (code === 404 && isAbsentKind(status)) return new ApiFailure(code, absentKind(path), EXIT.failed)
  if (code === 404) return new ApiFailure(code, `${message}${where(path)}`, EXIT.notFound)
  if (code === 409) return new ApiFailure(code, conflict(status, message), EXIT.failed)
  if (code >= 500) return new ApiFailure(code, `the API server failed (${code}): ${message}. Try again`, EXIT.failed)
  return new ApiFailure(code, message === '' ? `the API server answered ${code}` : message, EXIT.failed)
}

/** What a caller can do without: undefined when the API server forbids it; throws what else went wrong. */
export const unlessForbidden = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 403) return undefined
    throw error
  }
}

const parseStatus = (body: string): Status => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** An unknown resource is answered with plain text, or with a Status that names no object. */
const isAbsentKind = (status: Status): boolean => status.details?.name === undefined

const absentKind = (path: string): string => path.includes(`/apis/${GROUP}/`) || path.endsWith(`/apis/${GROUP}`)
  ? 'Holdfast is not installed in this cluster: its kinds are unknown. '
    + 'Install it: helm install holdfast charts/holdfast -n holdfast-system --create-namespace'
  : `the API server does not know ${path.split('?')[0]}`

const where = (path: string): string => {
  const namespace = /\/namespaces\/([^/?]+)\//.exec(path)?.[1]
  return namespace === undefined ? '' : ` in namespace "${decodeURIComponent(namespace)}"`
}

const conflict = (status: Status, message: string): string => status.reason === 'AlreadyExists'
  ? `${message}. Choose another name`
  : `${message}. Somebody else changed it at the same moment: look at it and try again`
