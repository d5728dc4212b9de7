import type { Client } from '../api/client.ts'
import { durationFlag } from './duration.ts'
import type { Output } from '../output/terminal.ts'

/** Global flags, as given. */
export interface GlobalArguments {
  readonly namespace?: string
  readonly context?: string
  readonly kubeconfig?: string
  readonly as?: string
  readonly asGroup?: readonly string[]
  readonly requestTimeout: string
}

/** What a command works with. */
export interface Context {
  readonly output: Output
  now(): Date
  /** The API server; reads the kubeconfig at the first call only. */
  client(): Promise<Client>
  /** `--namespace`, else that of the context. */
  namespace(): Promise<string>
}

/** The context of one command line. Nothing is read until a command asks for the client or the namespace. */
export const createContext = (args: GlobalArguments, output: Output): Context => {
  let opened: Promise<Client> | undefined
  const client = (): Promise<Client> => opened ??= open(args)
  return {
    output,
    now: () => new Date(),
    client,
    namespace: async () => args.namespace ?? (await client()).connection.namespace,
  }
}

const open = async (args: GlobalArguments): Promise<Client> => {
  const timeoutMs = durationFlag('request-timeout', args.requestTimeout) * 1000
  const [{ openConnection }, { createClient }] = await Promise.all([import('../api/connection.ts'), import('../api/client.ts')])
  const connection = await openConnection({ file: args.kubeconfig, context: args.context, environment: process.env })
  return createClient(connection, { timeoutMs, headers: impersonation(args) })
}

const impersonation = ({ as, asGroup }: GlobalArguments): Record<string, string | readonly string[]> => ({
  ...as !== undefined && { 'impersonate-user': as },
  ...asGroup !== undefined && asGroup.length > 0 && { 'impersonate-group': asGroup },
})
