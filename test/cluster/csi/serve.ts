import { Server, ServerCredentials, loadPackageDefinition, type GrpcObject, type ServiceClientConstructor } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { unary, type Handler } from './unary.ts'

/** Service name (as in the proto, with its package) → its methods. */
export type Services = Readonly<Record<string, Record<string, Handler<never>>>>

export interface ServeOptions {
  proto: string
  socket: string
  switchFile: string
}

/** Serves on a socket; one that an earlier process left behind is replaced. */
export async function serve(services: Services, options: ServeOptions): Promise<Server> {
  const reading = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true }
  const loaded = loadPackageDefinition(loadSync(options.proto, reading))
  const server = new Server()
  for (const [service, methods] of Object.entries(services)) {
    const wrapped = Object.entries(methods).map(([name, handler]) => [name, unary(name, options.switchFile, handler)])
    server.addService(find(loaded, service).service, Object.fromEntries(wrapped))
  }
  mkdirSync(dirname(options.socket), { recursive: true })
  rmSync(options.socket, { force: true })
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null): void => error === null ? resolve() : reject(error)
    server.bindAsync(`unix://${options.socket}`, ServerCredentials.createInsecure(), done)
  })
  return server
}

function find(loaded: GrpcObject, service: string): ServiceClientConstructor {
  let found: unknown = loaded
  for (const part of service.split('.')) found = (found as Record<string, unknown>)[part]
  return found as ServiceClientConstructor
}
