import type { BackupRepository } from '../../schemas/generated/types.ts'
import { fields } from '../output/fields.ts'
import { PROGRAM } from '../cli/program.ts'
import { conditionLines } from './conditions.ts'

/** Sections about a BackupRepository. */
export const describeRepository = ({ metadata, spec, status }: BackupRepository): readonly string[] => [
  fields([
    ['Name', metadata.name], ['Namespace', metadata.namespace], ['Type', spec.type], ['URL', spec.url], ['Endpoint', spec.endpoint],
    ['Region', spec.region], ['Credentials', spec.credentialsSecret && `Secret ${spec.credentialsSecret}`], ['Storage class', spec.storageClass],
    ['Phase', status?.phase ?? 'New'], ['Reason', status?.reason], ['Message', status?.message],
    ['Last check', status?.lastCheckTime], ['Failed checks', status?.failures || undefined], ['Store id', status?.storeId], ['restic id', status?.resticId],
  ]),
  ...conditionLines(status?.conditions),
]

/** What a person would type next; undefined when all is well. */
export const nextForRepository = ({ metadata: { name, namespace }, status }: BackupRepository): string | undefined =>
  status?.phase === 'Ready' ? undefined : `${PROGRAM} repository check ${name} --wait -n ${namespace}`
