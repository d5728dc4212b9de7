import { isTemporary } from '../../lib/volume-choice.ts'
import type { Backup, BackupPolicy, BackupRepository } from '../../schemas/generated/types.ts'
import type { Claim } from '../actions/claims.ts'
import { command } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { EXIT } from '../cli/exit-code.ts'
import { ALL_NAMESPACES } from '../cli/flags.ts'
import { unlessForbidden } from '../api/api-error.ts'
import { newestFirst } from '../actions/follow.ts'
import { BACKUP, CLAIM, POLICY, REPOSITORY } from '../api/kinds.ts'
import { place } from '../actions/listing.ts'
import { age } from '../output/age.ts'
import { serialize } from '../output/print.ts'
import { table, type Column } from '../output/table.ts'
import { covers, protectionOf, type Protection } from '../actions/protection.ts'

export default command({
  positionals: {},
  flags: {
    selector: { alias: 'l', type: 'string', requiresArg: true, describe: 'Only claims with these labels' },
    ...ALL_NAMESPACES,
    output: { alias: 'o', type: 'string', choices: ['json', 'yaml', 'wide'], requiresArg: true, describe: 'Output format; default is a table' },
  },
  run: async (context, args) => {
    const { namespace, missing } = await place(context, args.allNamespaces)
    const rows = await protections(context, namespace, args.selector)
    if (args.output === 'json' || args.output === 'yaml') context.output.line(await serialize({ claims: rows }, args.output))
    else if (rows.length === 0) context.output.note(`No claims found${missing}.`)
    else {
      const columns = columnsFor({ ...args, now: context.now(), wide: args.output === 'wide' })
      context.output.line(table(columns, rows))
      context.output.note(summary(rows))
    }
    return EXIT.ok
  },
})

const protections = async (context: Context, namespace: string | undefined, labelSelector: string | undefined): Promise<readonly Protection[]> => {
  const client = await context.client()
  const now = context.now()
  const [claims, policies, backups, repositories] = await Promise.all([
    client.list<Claim>(CLAIM, { namespace, labelSelector }),
    client.list<BackupPolicy>(POLICY, { namespace }),
    client.list<Backup>(BACKUP, { namespace }),
    unlessForbidden(client.list<BackupRepository>(REPOSITORY, { namespace })),
  ])
  const holding = byClaim(newestFirst(backups))
  return claims.filter(claim => !isTemporary(claim)).map(claim => protectionOf({
    claim, now,
    policies: policies.filter(policy => covers(policy, claim)),
    backups: holding.get(`${claim.metadata.namespace}/${claim.metadata.name}`) ?? [],
    repositories: repositories?.filter(({ metadata }) => metadata.namespace === claim.metadata.namespace),
  }))
}

/** Backups by namespace/claim, so that many claims and many backups stay quick. */
const byClaim = (backups: readonly Backup[]): ReadonlyMap<string, readonly Backup[]> => {
  const map = new Map<string, Backup[]>()
  for (const backup of backups) {
    for (const pvc of backup.spec.volumes) {
      const key = `${backup.metadata.namespace}/${pvc}`
      const held = map.get(key)
      if (held === undefined) map.set(key, [backup])
      else held.push(backup)
    }
  }
  return map
}

const columnsFor = ({ allNamespaces, now, wide }: { allNamespaces: boolean, now: Date, wide: boolean }): readonly Column<Protection>[] => {
  const columns: readonly Column<Protection>[] = [
    { title: 'NAMESPACE', cell: row => row.namespace },
    { title: 'CLAIM', cell: row => row.claim },
    { title: 'STATUS', cell: row => row.status },
    { title: 'POLICY', cell: row => row.policies.join(',') },
    { title: 'LAST-GOOD', cell: row => row.lastGood && age(row.lastGood.time, now) },
    { title: 'BACKUP', wide: true, cell: row => row.lastGood?.backup },
    { title: 'MESSAGE', wide: true, cell: row => row.message },
  ]
  return columns.filter(column => (wide || !column.wide) && (allNamespaces || column.title !== 'NAMESPACE'))
}

const summary = (rows: readonly Protection[]): string => {
  const bad = rows.filter(row => row.status !== 'Protected')
  const unprotected = bad.filter(row => row.status === 'Unprotected').length
  if (bad.length === 0) return `${claims(rows.length)}, all protected.`
  const without = unprotected > 0 ? `, ${unprotected} without a policy` : ''
  return `${claims(rows.length)}, ${bad.length} not protected${without}. See -o wide for the reasons.`
}

const claims = (count: number): string => (count === 1 ? '1 claim' : `${count} claims`)
