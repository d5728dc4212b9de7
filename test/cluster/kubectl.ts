import { join } from 'node:path'
import type { Layout } from './layout.ts'
import { run } from './run.ts'

/** Runs kubectl as admin; `input` goes to its stdin (for `-f -`). Answers its stdout; rejects with its stderr. */
export async function kubectl(layout: Layout, args: readonly string[], input?: string): Promise<string> {
  const env = { KUBECONFIG: layout.kubeconfig, KUBECACHEDIR: join(layout.stateDir, 'kubectl-cache') }
  const options = { ...(input === undefined ? {} : { input }), env }
  return (await run(join(layout.binDir, 'kubectl'), args, options)).stdout
}
