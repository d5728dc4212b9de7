import type { Backup, BackupPolicy, BackupRepository, KubeObject, Restore } from '../../schemas/generated/types.ts'
import type { Client } from '../api/client.ts'
import { command } from '../cli/command.ts'
import { describeBackup, nextForBackup } from '../describe/backup.ts'
import { eventLines } from '../describe/events.ts'
import { describePolicy, nextForPolicy } from '../describe/policy.ts'
import { describeRepository, nextForRepository } from '../describe/repository.ts'
import { describeRestore, nextForRestore } from '../describe/restore.ts'
import { EXIT } from '../cli/exit-code.ts'
import { serialize } from '../output/print.ts'
import { parseName, type Named } from '../cli/reference-name.ts'

export default command({
  positionals: { name: { type: 'string', array: true, demandOption: true, describe: 'Name of a backup, or restore/NAME, policy/NAME, repository/NAME' } },
  flags: { output: { alias: 'o', type: 'string', choices: ['json', 'yaml'], requiresArg: true, describe: 'Print the whole object instead' } },
  run: async (context, args) => {
    const [client, namespace] = await Promise.all([context.client(), context.namespace()])
    const format = args.output === 'json' || args.output === 'yaml' ? args.output : undefined
    for (const [index, named] of args.name.map(name => parseName(name)).entries()) {
      if (index > 0) context.output.line(format === 'yaml' ? '---' : '')
      const object = await client.get(named.kind, { namespace, name: named.name })
      context.output.line(format === undefined ? await describe(client, named, { object, now: context.now() }) : await serialize(object, format))
    }
    return EXIT.ok
  },
})

const describe = async (client: Client, { kind }: Named, { object, now }: { object: KubeObject, now: Date }): Promise<string> => {
  const { body, next } = VIEWS[kind.kind]?.(object) ?? { body: [] }
  const events = await eventLines(client, object, now)
  return [...body, ...events, ...next === undefined ? [] : [`Next: ${next}`]].join('\n\n')
}

interface Description {
  readonly body: readonly string[]
  readonly next?: string
}

const VIEWS: Readonly<Record<string, (object: KubeObject) => Description>> = {
  Backup: object => ({ body: describeBackup(object as Backup), next: nextForBackup(object as Backup) }),
  Restore: object => ({ body: describeRestore(object as Restore), next: nextForRestore(object as Restore) }),
  BackupPolicy: object => ({ body: describePolicy(object as BackupPolicy), next: nextForPolicy(object as BackupPolicy) }),
  BackupRepository: object => ({ body: describeRepository(object as BackupRepository), next: nextForRepository(object as BackupRepository) }),
}
