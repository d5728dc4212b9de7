import type { Custom, Task } from '../../schemas/generated/types.ts'
import type { EnvVar } from './secret-env.ts'
import { moverSecurity, userSecurity, type RunAs } from './security.ts'
import { dataMount, EXCHANGE_PATH, exchangeMount, type DataClaim } from './volumes.ts'

export interface CustomContainersOptions {
  readonly moverImage: string
  readonly imagePullPolicy: string
  readonly image: string
  readonly spec: Custom
  readonly operation: Task['operation']
  readonly runAs: RunAs
  readonly claim?: DataClaim
  readonly resources?: object
}

/**
 * The init containers of a custom pod: one makes the FIFO, then the user's command runs as a sidecar (an init container
 * with restartPolicy Always), producing or consuming the stream. A sidecar ends with the mover whatever happens: a mover
 * that fails early cannot leave it waiting on the FIFO, and its exit code says nothing about the pod; the mover decides.
 */
export function customContainers(options: CustomContainersOptions): readonly object[] {
  return [prepare(options), options.operation === 'restore' ? consumer(options) : producer(options)]
}

function prepare(options: CustomContainersOptions): object {
  return {
    name: 'prepare',
    image: options.moverImage,
    imagePullPolicy: options.imagePullPolicy,
    // Any user may open it: the user's image often runs as a user of its own.
    command: ['mkfifo', '-m', '666', `${EXCHANGE_PATH}/stream`],
    ...(options.resources && { resources: options.resources }),
    volumeMounts: [exchangeMount],
    securityContext: moverSecurity(options.runAs, options.operation),
  }
}

function producer(options: CustomContainersOptions): object {
  return sidecar('producer', options.spec.command, options)
}

function consumer(options: CustomContainersOptions): object {
  return sidecar('consumer', options.spec.restoreCommand ?? [], options)
}

function sidecar(name: 'producer' | 'consumer', command: readonly string[], options: CustomContainersOptions): object {
  return {
    name,
    image: options.image,
    imagePullPolicy: options.imagePullPolicy,
    restartPolicy: 'Always',
    command: ['/bin/sh', '-c', script(name === 'producer' ? '>' : '<'), '--', ...command],
    env: (options.spec.env ?? []).map(variable),
    ...(options.resources && { resources: options.resources }),
    volumeMounts: [exchangeMount, ...(options.claim ? [dataMount(options.claim, '/data')] : [])],
    securityContext: userSecurity(options.runAs, options.operation),
  }
}

/**
 * Runs the command once, records its exit code under a name that appears whole, and stays until it is stopped. A container
 * that was killed as a whole is started again by the kubelet: it must not send a second stream, so it reports 137.
 */
function script(redirection: '>' | '<'): string {
  return [
    `trap 'kill $! 2>/dev/null; exit 0' TERM`,
    `if mkdir ${EXCHANGE_PATH}/started 2>/dev/null; then "$@" ${redirection} ${EXCHANGE_PATH}/stream & wait $!; code=$?; else code=137; fi`,
    `test -e ${EXCHANGE_PATH}/exit || { echo $code > ${EXCHANGE_PATH}/exit.tmp; mv ${EXCHANGE_PATH}/exit.tmp ${EXCHANGE_PATH}/exit; }`,
    'while :; do sleep 3600 & wait $!; done',
  ].join('\n')
}

function variable(entry: NonNullable<Custom['env']>[number]): EnvVar {
  if (entry.secretKeyRef) return { name: entry.name, valueFrom: { secretKeyRef: { name: entry.secretKeyRef.name, key: entry.secretKeyRef.key } } }
  return { name: entry.name, value: entry.value ?? '' }
}
