import { delimiter, dirname, join } from 'node:path'
import { ROOT } from '../../tidy/sources.ts'
import type { Environment } from './environment.ts'

/** Makes `kubectl`, `helm` and `kubectl backup` of this process speak to the cluster. */
export function useKubectl(environment: Pick<Environment, 'kubeconfig' | 'binDir'>): void {
  const folders = [join(ROOT, 'dist', 'bin'), ...(environment.binDir === undefined ? [] : [environment.binDir])]
  const present = (process.env.PATH ?? '').split(delimiter)
  process.env.PATH = [...folders, ...present.filter(folder => !folders.includes(folder))].join(delimiter)
  process.env.KUBECONFIG = environment.kubeconfig
  process.env.KUBECACHEDIR = join(dirname(environment.kubeconfig), 'kubectl-cache')
}
