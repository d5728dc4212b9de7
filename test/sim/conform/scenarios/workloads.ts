import { job, PATHS, pod, POD_SPEC } from '../objects.ts'
import { get, patch, post, put, type Ask, type Scenario } from '../scenario.ts'
import { moverJob } from '../../../../hooks/jobs/mover-job.ts'
import type { KubeObject, Task } from '../../../../schemas/generated/types.ts'

const START = '2026-01-01T00:00:00Z'
const LATER = '2026-01-01T01:00:00Z'

const TASK = { operation: 'backup', strategy: 'tar', store: { type: 's3', bucket: 'b', prefix: 'p' } } as unknown as Task

/** A Job as the hooks make it. */
const shipped = (ns: string): object => moverJob({
  name: 'shipped', namespace: ns, labels: { 'holdfast.dev/backup': 'b' }, task: TASK,
  repository: { type: 's3', url: 's3://bucket/p', credentialsSecret: 'keys' },
  claim: { name: 'data', path: '/volumes/data', readOnly: true }, mover: undefined, settings: { moverImage: 'holdfast-mover:1', imagePullPolicy: 'IfNotPresent' }, resticPassword: 'optional',
})

const cronJob = (name: string, spec: object = {}): object => ({
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name },
  spec: { schedule: '0 5 * * 0', jobTemplate: { spec: { template: { spec: POD_SPEC } } }, ...spec },
})

/** Jobs, CronJobs, pods: defaults, selectors, what cannot be changed. */
export const WORKLOADS: readonly Scenario[] = [
  {
    name: 'jobs',
    steps: ns => [
      post('create', PATHS.jobs(ns), job('j')),
      post('labels come from the template', PATHS.jobs(ns), job('k', {}, { labels: { own: 'yes' } })),
      post('with status', PATHS.jobs(ns), { ...job('s'), status: { succeeded: 1 } }),
      post('as the hooks make it', PATHS.jobs(ns), shipped(ns)),
      put('once more the same, without defaults', `${PATHS.jobs(ns)}/shipped`, seen => ({ ...shipped(ns), spec: { ...shipped(ns) as { spec: object }['spec'], ...specPart(seen('as the hooks make it'), ['selector', 'template']) } })),
      patch('another image', `${PATHS.jobs(ns)}/j`, { spec: { template: { spec: { containers: [{ name: 'main', image: 'example/image:2.0' }] } } } }),
      patch('another selector', `${PATHS.jobs(ns)}/j`, { spec: { selector: { matchLabels: { x: 'y' } } } }),
      patch('more completions', `${PATHS.jobs(ns)}/j`, { spec: { completions: 2 } }),
      patch('another failure policy', `${PATHS.jobs(ns)}/j`, { spec: { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] } } }),
      patch('suspended', `${PATHS.jobs(ns)}/j`, { spec: { suspend: true } }),
      patch('other limits', `${PATHS.jobs(ns)}/j`, { spec: { backoffLimit: 1, activeDeadlineSeconds: 60, ttlSecondsAfterFinished: 10, parallelism: 3 } }),
      patch('labels', `${PATHS.jobs(ns)}/j`, { metadata: { labels: { x: 'y' } } }),
      patch('status through the object', `${PATHS.jobs(ns)}/j`, { status: { active: 5 } }),
      patch('status', `${PATHS.jobs(ns)}/j/status`, { status: { active: 1, startTime: '2026-01-01T00:00:00Z' }, spec: { backoffLimit: 9 } }),
      patch('labels through the status', `${PATHS.jobs(ns)}/j/status`, { metadata: { labels: { z: 'z' } } }),
      post('without containers', PATHS.jobs(ns), job('w', { template: { spec: { restartPolicy: 'Never' } } })),
      post('without a restart policy', PATHS.jobs(ns), job('w', { template: { spec: { containers: POD_SPEC.containers } } })),
      post('container without an image', PATHS.jobs(ns), job('w', { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a' }] } } })),
      post('mount without a volume', PATHS.jobs(ns), job('w', { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b', volumeMounts: [{ name: 'x', mountPath: '/x' }] }] } } })),
      post('two containers of a name', PATHS.jobs(ns), job('w', { template: { spec: { restartPolicy: 'Never', containers: [...POD_SPEC.containers, ...POD_SPEC.containers] } } })),
      post('less than nothing', PATHS.jobs(ns), job('w', { backoffLimit: -1, activeDeadlineSeconds: -1 })),
      post('failure policy with OnFailure', PATHS.jobs(ns), job('w', { podFailurePolicy: { rules: [] }, template: { spec: { ...POD_SPEC, restartPolicy: 'OnFailure' } } })),
      post('latest image', PATHS.jobs(ns), job('l', { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b', resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { memory: '1.5Gi' } } }] } } })),
      post('generated name', PATHS.jobs(ns), { ...job('', {}, { generateName: 'made-' }), metadata: { generateName: 'made-', name: 'really' } }),
      get('the list has all', PATHS.jobs(ns), { labelSelector: 'role=backup' }),
    ],
  },
  {
    name: 'the status of a job does not contradict itself',
    steps: ns => {
      const condition = (type: string, status = 'True'): object => ({ type, status, lastTransitionTime: LATER, lastProbeTime: LATER, reason: 'X', message: 'x' })
      const set = (name: string, job: string, status: object): Ask => patch(name, `${PATHS.jobs(ns)}/${job}/status`, { status })
      return [
        post('j', PATHS.jobs(ns), job('j')),
        set('less than nothing', 'j', { active: -1 }),
        set('more ready than active', 'j', { ready: 1 }),
        set('finished before it began', 'j', { conditions: [condition('SuccessCriteriaMet'), condition('Complete')], completionTime: START }),
        set('started', 'j', { active: 1, ready: 0, startTime: LATER }),
        set('another start', 'j', { startTime: START }),
        set('no start', 'j', { startTime: null }),
        set('complete without its target', 'j', { active: 0, succeeded: 1, conditions: [condition('Complete')], completionTime: LATER }),
        set('complete without a time', 'j', { active: 0, succeeded: 1, conditions: [condition('SuccessCriteriaMet'), condition('Complete')] }),
        set('complete before it began', 'j', { active: 0, succeeded: 1, conditions: [condition('SuccessCriteriaMet'), condition('Complete')], completionTime: START }),
        set('complete and active', 'j', { succeeded: 1, conditions: [condition('SuccessCriteriaMet'), condition('Complete')], completionTime: LATER }),
        set('complete with uncounted pods', 'j', { active: 0, conditions: [condition('SuccessCriteriaMet'), condition('Complete')], completionTime: LATER, uncountedTerminatedPods: { succeeded: ['x'] } }),
        set('both ways', 'j', { active: 0, conditions: [condition('SuccessCriteriaMet'), condition('Complete'), condition('FailureTarget'), condition('Failed')], completionTime: LATER }),
        set('targeted', 'j', { active: 0, succeeded: 1, terminating: 1, conditions: [condition('SuccessCriteriaMet')] }),
        set('complete while pods end', 'j', { conditions: [condition('SuccessCriteriaMet'), condition('Complete')], completionTime: LATER }),
        set('complete', 'j', { terminating: 0, conditions: [condition('SuccessCriteriaMet'), condition('Complete')], completionTime: LATER }),
        set('never complete', 'j', { conditions: [] }),
        set('complete at another time', 'j', { completionTime: '2026-01-01T02:00:00Z' }),
        set('fewer successes', 'j', { succeeded: 0 }),
        post('k', PATHS.jobs(ns), job('k')),
        set('k: failed without its target', 'k', { startTime: START, failed: 1, conditions: [condition('Failed')] }),
        set('k: failed with a completion time', 'k', { startTime: START, failed: 1, conditions: [condition('FailureTarget'), condition('Failed')], completionTime: LATER }),
        set('k: failed', 'k', { startTime: START, failed: 1, conditions: [condition('FailureTarget'), condition('Failed')] }),
        set('k: and a success', 'k', { conditions: [condition('FailureTarget'), condition('Failed'), condition('SuccessCriteriaMet')] }),
      ]
    },
  },
  {
    name: 'cron jobs',
    steps: ns => [
      post('create', PATHS.cronJobs(ns), cronJob('c')),
      patch('another schedule', `${PATHS.cronJobs(ns)}/c`, { spec: { schedule: '0 6 * * *' } }),
      patch('suspended', `${PATHS.cronJobs(ns)}/c`, { spec: { suspend: true } }),
      patch('another template', `${PATHS.cronJobs(ns)}/c`, { spec: { jobTemplate: { spec: { backoffLimit: 1 } } } }),
      patch('status', `${PATHS.cronJobs(ns)}/c/status`, { status: { lastScheduleTime: '2026-01-01T00:00:00Z' } }),
      post('wrong schedule', PATHS.cronJobs(ns), cronJob('d', { schedule: 'daily' })),
      post('no schedule', PATHS.cronJobs(ns), cronJob('d', { schedule: '' })),
      post('name of 53 characters', PATHS.cronJobs(ns), cronJob('x'.repeat(53))),
    ],
  },
  {
    name: 'pods',
    steps: ns => [
      post('create', PATHS.pods(ns), pod('p')),
      post('guaranteed', PATHS.pods(ns), pod('g', { containers: [{ name: 'a', image: 'b:1', resources: { limits: { cpu: '1', memory: '64Mi' } } }] })),
      post('with all sorts of volumes', PATHS.pods(ns), pod('v', {
        volumes: [{ name: 'a' }, { name: 'b', secret: { secretName: 's' } }, { name: 'c', persistentVolumeClaim: { claimName: 'data' } }, { name: 'd', configMap: { name: 'm' } }, { name: 'e', nfs: { server: 's', path: '/p' } }],
        tolerations: [{ operator: 'Exists' }], serviceAccountName: 'me', initContainers: [{ name: 'i', image: 'k:1', env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }],
      })),
      patch('another image', `${PATHS.pods(ns)}/p`, { spec: { containers: [{ name: 'main', image: 'example/image:2.0' }] } }),
      patch('another node', `${PATHS.pods(ns)}/p`, { spec: { nodeName: 'node-9' } }),
      patch('a deadline', `${PATHS.pods(ns)}/p`, { spec: { activeDeadlineSeconds: 5 } }),
      patch('status', `${PATHS.pods(ns)}/p/status`, { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }),
      post('no containers', PATHS.pods(ns), pod('x', { containers: [] })),
    ],
  },
]

function specPart(object: KubeObject, fields: readonly string[]): object {
  return Object.fromEntries(fields.map(field => [field, (object.spec as Record<string, unknown>)[field]]))
}
