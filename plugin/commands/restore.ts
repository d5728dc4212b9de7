import { API_VERSION, LABEL, MANAGED_BY } from '../../lib/api.ts'
import { labelValue, manualRunName } from '../../lib/names.ts'
import { endOf, newestFirst } from '../../lib/newest.ts'
import { isLeaving, usableVolumes } from '../../lib/phases.ts'
import { timestamp } from '../../lib/timestamps.ts'
import type { Backup, BackupPolicy, Restore, RestoreSpec } from '../../schemas/generated/types.ts'
import type { Client } from '../api/client.ts'
import { command } from '../cli/command.ts'
import { createAndPrint } from '../actions/creation.ts'
import { EXIT } from '../cli/exit-code.ts'
import { Failure, usageFailure } from '../cli/failure.ts'
import { DRY_RUN, WAIT, WRITE_OUTPUT } from '../cli/flags.ts'
import { followRun } from '../actions/follow.ts'
import { BACKUP, POLICY, RESTORE } from '../api/kinds.ts'
import { PROGRAM } from '../cli/program.ts'
import { requireFreeTargets, requireUsable } from '../actions/restore-checks.ts'

type Volumes = NonNullable<RestoreSpec['volumes']>

const flags = {
  policy: { type: 'string', requiresArg: true, describe: 'Instead of a backup: the newest good restore point of this policy' },
  'as-of': { type: 'string', requiresArg: true, describe: 'With --policy: the newest good restore point not younger than this, as 2026-11-20T12:00:00Z' },
  volume: { type: 'string', array: true, requiresArg: true, describe: 'Claim to restore, and under which name: SOURCE[=TARGET]; may be repeated. Default is all, under their own names' },
  size: { type: 'string', requiresArg: true, describe: 'Size of the new claims, for example 20Gi; default is that of the source' },
  'storage-class': { type: 'string', requiresArg: true, describe: 'Storage class of the new claims; default is that of the source' },
  name: { type: 'string', requiresArg: true, describe: 'Name of the Restore; default is made from the backup and the time' },
  ...WRITE_OUTPUT, ...DRY_RUN, ...WAIT,
} as const

export default command({
  positionals: { backup: { type: 'string', describe: 'Name of the backup' } },
  flags,
  run: async (context, args) => {
    const asOf = checkUsage(args)
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const volumes = await volumesOf(client, namespace, { ...args, now: context.now() })
    const source = args.backup ?? args.policy ?? ''
    const name = args.name ?? manualRunName(source, context.now()).replace(/-manual-(?=[0-9]+-[0-9]+(-[0-9a-f]{8})?$)/, '-restore-')
    const object: Restore = {
      apiVersion: API_VERSION,
      kind: 'Restore',
      metadata: { name, namespace, labels: labelsOf(args) },
      spec: {
        ...args.backup !== undefined ? { backup: args.backup } : { policy: args.policy },
        ...asOf !== undefined && { asOf },
        ...volumes !== undefined && { volumes: [...volumes] },
      },
    }
    await createAndPrint(context, RESTORE, { object, flags: args })
    if (!args.wait || args.dryRun !== 'none') return EXIT.ok
    return followRun(context, { kind: RESTORE, name, namespace, timeout: args.timeout })
  },
})

interface Wanted {
  readonly backup?: string
  readonly policy?: string
  readonly asOf?: string
  readonly volume?: readonly string[]
  readonly size?: string
  readonly storageClass?: string
}

interface WantedNow extends Wanted {
  readonly now: Date
}

/** The time of --as-of in the API's form. */
const checkUsage = ({ backup, policy, asOf, volume = [], size, storageClass }: Wanted): string | undefined => {
  if ((backup === undefined) === (policy === undefined)) throw usageFailure('say what to restore: either BACKUP (kubectl backup list shows them) or --policy NAME')
  if (asOf !== undefined && policy === undefined) throw usageFailure('--as-of goes with --policy; a backup is already one point in time')
  if (size !== undefined && !/^\d+(\.\d+)?([kMGTPE]|[KMGTPE]i)?$/.test(size)) throw usageFailure(`--size must be a quantity such as 20Gi; got "${size}"`)
  if (policy !== undefined && volume.length === 0 && (size ?? storageClass) !== undefined) {
    throw usageFailure('with --policy, --size and --storage-class need --volume: name the claims they are for')
  }
  if (asOf === undefined) return undefined
  const time = new Date(asOf)
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(asOf) || Number.isNaN(time.getTime())) {
    throw usageFailure(`--as-of must be a time with its zone, such as 2026-11-20T12:00:00Z; got "${asOf}"`)
  }
  return timestamp(time)
}

/** `spec.volumes`: undefined when every volume goes under its own name. Checks on the way what would fail anyway. */
const volumesOf = async (client: Client, namespace: string, wanted: WantedNow): Promise<Volumes | undefined> => {
  const named = (wanted.volume ?? []).flatMap(text => text.split(',')).map(parseVolume)
  const targets = named.map(({ source, target }) => target ?? source)
  const twice = targets.find((target, index) => targets.indexOf(target) !== index)
  if (twice !== undefined) throw usageFailure(`two volumes cannot both become claim "${twice}"`)
  const backup = wanted.backup === undefined ? undefined : await client.get<Backup>(BACKUP, { namespace, name: wanted.backup })
  const known = backup === undefined ? await claimsOfPolicy(client, namespace, wanted) : requireUsable(backup, named.map(({ source }) => source))
  await requireFreeTargets(client, namespace, named.length > 0 ? named : sources(known))
  const { size, storageClass } = wanted
  if (named.length === 0 && size === undefined && storageClass === undefined) return undefined
  // Also those without a restore point, as when nothing is listed: the Restore says of each that it fails, and why.
  const all = named.length > 0 ? named : sources(backup?.spec.volumes ?? known)
  return all.map(volume => ({ ...volume, ...size && { size }, ...storageClass && { storageClassName: storageClass } }))
}

const sources = (names: readonly string[]): readonly Volumes[number][] => names.map(source => ({ source }))

const parseVolume = (text: string): Volumes[number] => {
  const [source = '', target, ...rest] = text.split('=')
  if (source === '' || target === '' || rest.length > 0) throw usageFailure(`--volume must be SOURCE or SOURCE=TARGET; got "${text}"`)
  return target === undefined ? { source } : { source, target }
}

/** Claims of the newest usable point, to check their names early; the choice itself is the controller's. */
const claimsOfPolicy = async (client: Client, namespace: string, { policy: name = '', asOf, now }: WantedNow): Promise<readonly string[]> => {
  const labelSelector = `${LABEL.policy}=${labelValue(name)}`
  const backups = await client.list<Backup>(BACKUP, { namespace, labelSelector })
  const usable = backups.filter(backup => !isLeaving(backup) && usableVolumes(backup).length > 0)
  const limit = asOf === undefined ? Infinity : Date.parse(asOf)
  const newest = newestFirst(usable.filter(backup => endOf(backup) <= limit), now)[0]
  if (newest !== undefined) return usableVolumes(newest)
  // Backups outlive their policy, so its own absence matters only when there is none.
  if (backups.length === 0) await client.get<BackupPolicy>(POLICY, { namespace, name })
  throw new Failure(usable.length > 0
    ? `policy "${name}" has no restore point from ${asOf} or before: see ${PROGRAM} list --policy ${name} -n ${namespace}`
    : `policy "${name}" has no restore point yet: ${PROGRAM} run ${name} --wait -n ${namespace} makes one`)
}

const labelsOf = ({ backup, policy }: Wanted): Record<string, string> => ({
  [LABEL.managedBy]: MANAGED_BY,
  ...backup !== undefined && { [LABEL.backup]: labelValue(backup) },
  ...policy !== undefined && { [LABEL.policy]: labelValue(policy) },
})
