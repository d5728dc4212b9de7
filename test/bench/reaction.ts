import type { Backup, KubeObject } from '../../schemas/generated/types.ts'
import { environment } from '../e2e/kit/environment.ts'
import { kubectl, until } from '../e2e/kit/kubectl.ts'
import { claim, policy } from '../e2e/kit/objects.ts'
import { inNamespace, type Sandbox } from '../e2e/kit/sandbox.ts'
import { s3Destination } from '../e2e/kit/store.ts'
import { atMost, median, type Metric } from './metric.ts'

const ROUNDS = 4
const NAMESPACE = 'bench-reaction'

interface Job extends KubeObject { readonly status?: { readonly completionTime?: string } }

/** On the real node: from a cron slot to the mover's Job, and from the Job's end to Completed. Kubernetes' times have whole seconds. */
export async function measure(): Promise<readonly Metric[]> {
  const say = (text: string): void => { process.stderr.write(`${text}\n`) }
  const surroundings = await environment({ progress: say })
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found'])
  await kubectl(['create', 'namespace', NAMESPACE])
  const box = inNamespace(NAMESPACE, surroundings)
  try {
    await box.apply(claim('data'))
    await box.run('echo x > /volumes/data/x; sync', 'data')
    await box.apply(policy('minutely', { strategy: 'tar', schedule: '* * * * *', destination: await s3Destination(box) }))
    const starts: number[] = []
    const ends: number[] = []
    for (let round = 0; round <= ROUNDS; round += 1) {
      const { start, end } = await measureRun(box, round + 1)
      // The first run also waits for its repository's check.
      if (round > 0) { starts.push(start); ends.push(end) }
      say(`slot to Job ${start} s, Job's end to Completed ${end} s`)
    }
    return [
      atMost('reaction.slotToJob', { value: median(starts), unit: 's', aim: 5 }),
      atMost('reaction.jobToCompleted', { value: median(ends), unit: 's', aim: 3 }),
    ]
  } finally {
    await kubectl(['delete', 'namespace', NAMESPACE, '--wait=false'])
  }
}

async function measureRun(box: Sandbox, count: number): Promise<{ start: number; end: number }> {
  const backup = await until(`run ${count}`, async () => {
    const all = (await box.list<Backup>('backups')).filter(({ status }) => status?.phase === 'Completed').sort((a, b) => (a.spec.slot ?? '').localeCompare(b.spec.slot ?? ''))
    return all[count - 1]
  }, 150)
  const job = await box.get<Job>('job', backup.status?.volumes?.[0]?.jobName ?? '')
  const completed = backup.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? backup.status?.completionTime
  return { start: seconds(backup.spec.slot, job?.metadata.creationTimestamp), end: seconds(job?.status?.completionTime, completed) }
}

function seconds(from: string | undefined, to: string | undefined): number {
  return (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000
}
