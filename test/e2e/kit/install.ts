import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildProduct } from '../../build.ts'
import { ROOT } from '../../tidy/sources.ts'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { listObjects } from './api.ts'
import type { Environment } from './environment.ts'
import { execute, kubectl, until } from './kubectl.ts'

export const SYSTEM = 'holdfast-system'

/**
 * Installs or upgrades the chart by Helm and waits until all is ready. Images keep their tags here, so annotations tell when
 * the pods have to be replaced. `metacontroller` is undefined with a cluster of the user's.
 */
export async function installChart(progress: (text: string) => void, metacontroller?: Environment['metacontroller']): Promise<void> {
  linkPlugin()
  progress('helm upgrade --install holdfast')
  const builds = [
    `hooks.podAnnotations.build=${fingerprint('dist/hooks.mjs')}`,
    ...(metacontroller === undefined ? [] : [`metacontroller.podAnnotations.build=${metacontroller === 'real' ? 'real' : fingerprint('dist/test/metacontroller.mjs')}`]),
  ]
  await helm(['upgrade', '--install', 'holdfast', join(ROOT, 'charts', 'holdfast'), '--namespace', SYSTEM, '--create-namespace',
    ...builds.flatMap(value => ['--set-string', value]), '--wait', '--timeout', '3m'])
  if (metacontroller === undefined) return
  await until(`Metacontroller in the cluster to be the ${metacontroller}`, async () => await isStandIn() === (metacontroller === 'stand-in'), 60)
}

function fingerprint(path: string): string {
  return createHash('sha256').update(readFileSync(join(ROOT, path))).digest('hex').slice(0, 12)
}

/** Runs helm; throws with what it said. */
export async function helm(args: readonly string[]): Promise<string> {
  const outcome = await execute('helm', args)
  if (outcome.code !== 0) {
    const pods = await execute('kubectl', ['-n', SYSTEM, 'get', 'pods,events', '-o', 'wide'])
    throw new Error(`helm ${args.join(' ')}: ${outcome.stderr}\n${pods.stdout.slice(-4000)}`)
  }
  return outcome.stdout
}

/**
 * A cluster of the user's, by context. It needs our images where its nodes find them, and an S3 store in HOLDFAST_S3_ENDPOINT,
 * HOLDFAST_S3_BUCKET, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY that pods and this machine reach.
 */
export async function useUserCluster(context: string, progress: (text: string) => void): Promise<Environment> {
  const { HOLDFAST_S3_ENDPOINT: endpoint, HOLDFAST_S3_BUCKET: bucket, AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = process.env
  if (endpoint === undefined || bucket === undefined || accessKey === undefined || secretKey === undefined) {
    throw new Error('--context needs an S3 store: set HOLDFAST_S3_ENDPOINT, HOLDFAST_S3_BUCKET, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  }
  await buildProduct()
  const kubeconfig = join(ROOT, 'dist', `kubeconfig-${context.replaceAll(/[^\w.-]/g, '_')}`)
  await writeKubeconfig(context, kubeconfig)
  process.env.KUBECONFIG = kubeconfig
  await installChart(progress)
  return {
    kubeconfig, metacontroller: await isStandIn() ? 'stand-in' : 'real', storageClassName: process.env.HOLDFAST_STORAGE_CLASS,
    store: { endpoint, endpointOnHost: endpoint, bucket, accessKey, secretKey },
  }
}

/** Our stand-in says its name in its first log line. A pod that is being replaced says nothing any more. */
async function isStandIn(): Promise<boolean> {
  const pods = await listObjects<KubeObject>('pods', SYSTEM, 'app.kubernetes.io/component=metacontroller')
  const pod = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined)
  if (pod === undefined) throw new Error('no pod of Metacontroller')
  return (await kubectl(['-n', SYSTEM, 'logs', pod.metadata.name, '--tail=-1', '--limit-bytes=2000'])).includes('stand-in')
}

async function writeKubeconfig(context: string, file: string): Promise<void> {
  writeFileSync(file, await kubectl(['config', 'view', '--minify', '--flatten', '--context', context]), { mode: 0o600 })
}

/** A folder for PATH in which the plugin has the name that kubectl looks for. */
function linkPlugin(): void {
  const bin = join(ROOT, 'dist', 'bin')
  mkdirSync(bin, { recursive: true })
  if (!existsSync(join(bin, 'kubectl-backup'))) symlinkSync(join('..', 'kubectl-backup.mjs'), join(bin, 'kubectl-backup'))
}
