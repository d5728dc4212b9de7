import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { isTerminal } from '../../../lib/phases.ts'
import type { Backup, BackupPolicy, Restore } from '../../../schemas/generated/types.ts'
import { environment, type Environment } from './environment.ts'
import { getObject, listObjects } from './api.ts'
import { applyObjects, execute, kubectl, Unexpected, until, type Outcome } from './kubectl.ts'
import { needlesOf, visibleIn } from './leaks.ts'
import { toolsPod } from './objects.ts'
import { leaks } from './secret-forms.ts'

/** A namespace of a test's own and what tests do in it. */
export interface Sandbox {
  readonly namespace: string
  readonly environment: Environment
  apply(...objects: readonly object[]): Promise<void>
  get<T>(kind: string, name: string): Promise<T | undefined>
  list<T>(kind: string, selector?: string): Promise<readonly T[]>
  kubectl(...args: readonly string[]): Promise<string>
  /** `kubectl backup …` by the real kubectl; never throws. */
  backup(...args: readonly string[]): Promise<Outcome>
  /** Runs a shell script in a pod with claims mounted at /volumes/<claim>; gives what it printed. */
  run(script: string, ...claims: readonly string[]): Promise<string>
  /** Waits until a Backup, Restore or policy satisfies `holds`. */
  backupIn(phase: string, name: string, seconds?: number): Promise<Backup>
  restoreIn(phase: string, name: string, seconds?: number): Promise<Restore>
  policy(name: string, holds: (policy: BackupPolicy) => boolean, seconds?: number): Promise<BackupPolicy>
}

/**
 * Makes a namespace for one test. After the test no value of its Secrets may stand in any object or mover's log (unless the test
 * makes it `leaky`), and it is deleted, which also proves that nothing of ours blocks that.
 */
export async function sandbox(t: TestContext, topic: string, { leaky = false } = {}): Promise<Sandbox> {
  const surroundings = await environment()
  const namespace = `e2e-${topic}-${randomBytes(3).toString('hex')}`
  await kubectl(['create', 'namespace', namespace])
  t.after(async () => {
    if (process.env.HOLDFAST_KEEP === '1') return
    const found = leaky ? [] : leaks(await needlesOf(namespace), await visibleIn(namespace))
    await kubectl(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found'])
    await until(`namespace ${namespace} to be gone`, async () => await getObject('namespace', namespace) === undefined, 180)
    assert.deepEqual(found, [], 'a secret can be read')
  })
  return inNamespace(namespace, surroundings)
}

/** The same for a namespace that exists. */
export function inNamespace(namespace: string, surroundings: Environment): Sandbox {
  const get = <T>(kind: string, name: string) => getObject<T>(kind, name, namespace)
  return {
    namespace,
    environment: surroundings,
    get,
    apply: (...objects) => applyObjects(objects, namespace),
    list: <T>(kind: string, selector?: string) => listObjects<T>(kind, namespace, selector),
    kubectl: (...args) => kubectl(['-n', namespace, ...args]),
    backup: (...args) => execute('kubectl', ['backup', ...args, '-n', namespace]),
    run: (script, ...claims) => runPod(namespace, script, claims),
    backupIn: (phase, name, seconds) => inPhase<Backup>(() => get('backup', name), { what: `backup ${namespace}/${name}`, phase, seconds }),
    restoreIn: (phase, name, seconds) => inPhase<Restore>(() => get('restore', name), { what: `restore ${namespace}/${name}`, phase, seconds }),
    policy: (name, holds, seconds) => until(`policy ${namespace}/${name} to satisfy ${holds.toString()}`, async () => {
      const found = await get<BackupPolicy>('backuppolicy', name)
      return found !== undefined && holds(found) ? found : undefined
    }, seconds),
  }
}

interface PhaseWait { readonly what: string; readonly phase: string; readonly seconds?: number }

/** Another terminal phase than the one waited for ends the wait: terminal phases absorb. */
async function inPhase<T extends Backup | Restore>(read: () => Promise<T | undefined>, { what, phase, seconds }: PhaseWait): Promise<T> {
  return until(`${what} to be ${phase}`, async () => {
    const found = await read()
    const seen = found?.status?.phase
    if (found !== undefined && seen === phase) return found
    if (seen !== undefined && isTerminal(seen) && phase !== 'Deleting') {
      throw new Unexpected(`${what} is ${seen}, not ${phase}: ${JSON.stringify(found?.status, null, 1)}`)
    }
    return undefined
  }, seconds ?? 180)
}

async function runPod(namespace: string, script: string, claims: readonly string[]): Promise<string> {
  const name = `tools-${randomBytes(4).toString('hex')}`
  await applyObjects([toolsPod({ name, script, claims })], namespace)
  const phase = await until(`pod ${name} to end`, async () => {
    const seen = (await getObject<{ status: { phase: string } }>('pod', name, namespace))?.status.phase
    return seen === 'Succeeded' || seen === 'Failed' ? seen : undefined
  }, 900)
  const output = await kubectl(['-n', namespace, 'logs', name, '--tail=-1'])
  if (phase === 'Failed') throw new Error(`script in pod ${namespace}/${name} failed:\n${output.slice(-3000)}`)
  await kubectl(['-n', namespace, 'delete', 'pod', name, '--grace-period=0', '--force'])
  return output
}
