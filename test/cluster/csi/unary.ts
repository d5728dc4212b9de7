import { status, type handleUnaryCall } from '@grpc/grpc-js'
import { applyFault } from './switch.ts'

/** An answer with a gRPC code other than INTERNAL. */
export class CsiError extends Error {
  readonly code: status

  constructor(code: status, message: string) {
    super(message)
    this.code = code
  }
}

/** A method. Messages are as proto-loader gives them: names as in the proto, longs as strings, enums by name. */
export type Handler<Request> = (request: Request) => object | Promise<object>

/** Makes a gRPC method of a function: faults first, then errors to codes, and a line in the log for each call. */
export function unary<Request>(method: string, switchFile: string, handler: Handler<Request>): handleUnaryCall<Request, object> {
  return (call, callback) => {
    const work = applyFault(switchFile, method).then(() => handler(call.request))
    work.then(
      (answer) => { log(method, 'ok'); callback(null, answer) },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        log(method, message)
        callback({ code: error instanceof CsiError ? error.code : status.INTERNAL, details: message })
      },
    )
  }
}

function log(method: string, outcome: string): void {
  const quiet = method === 'Probe' || method.endsWith('GetCapabilities')
  if (!quiet || outcome !== 'ok') process.stdout.write(`${new Date().toISOString()} ${method}: ${outcome}\n`)
}
