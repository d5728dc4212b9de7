import type { Command } from './command.ts'

/** What a positional names, so that completion can offer it. */
export type Candidate = 'backup' | 'restore' | 'policy' | 'repository' | 'running' | 'shell' | 'kind'

/** A verb as help shows it. Its module is loaded only when the verb is used. */
export interface Entry {
  /** `list`, `policy create`. */
  readonly verb: string
  /** Positionals as yargs writes them: `<policy>`, `[name]`, `<name..>`. */
  readonly usage: string
  readonly summary: string
  readonly candidates: readonly Candidate[]
  readonly examples: readonly string[]
  load(): Promise<{ readonly default: Command }>
}

/** Verbs that hold others, with the line that help shows for them. */
export const GROUPS: Readonly<Record<string, string>> = {
  policy: 'Make, list, pause and resume backup policies',
  repository: 'Make, list and check backup repositories',
}

/** Every command, in the order of help. */
export const CATALOGUE: readonly Entry[] = [
  {
    verb: 'run', usage: '<policy>', summary: 'Start a run of a policy now', candidates: ['policy'],
    examples: ['run nightly --wait', 'run nightly --dry-run=client'],
    load: () => import('../commands/run.ts'),
  },
  {
    verb: 'create', usage: '[name]', summary: 'Back up claims once, without a policy', candidates: [],
    examples: ['create --pvc data --repository main --wait', 'create before-upgrade -l app=shop --strategy snapshot',
      'create dump --pvc data --repository main --strategy custom --image postgres:17 -- pg_dumpall -h db'],
    load: () => import('../commands/create.ts'),
  },
  {
    verb: 'list', usage: '[kind]', summary: 'List restore points, newest first', candidates: ['kind'],
    examples: ['list -A', 'list --policy nightly --pvc data', 'list restores'],
    load: () => import('../commands/list.ts'),
  },
  {
    verb: 'describe', usage: '<name..>', summary: 'Show everything about a backup, restore, policy or repository', candidates: ['backup', 'restore', 'policy', 'repository'],
    examples: ['describe nightly-20261121-0100', 'describe restore/data-back', 'describe policy/nightly'],
    load: () => import('../commands/describe.ts'),
  },
  {
    verb: 'restore', usage: '[backup]', summary: 'Bring data back into new claims', candidates: ['backup'],
    examples: ['restore nightly-20261121-0100 --volume data=data-back --wait',
      'restore --policy nightly --as-of 2026-11-20T12:00:00Z --volume data=data-back', 'restore nightly-20261121-0100 --size 20Gi --storage-class fast'],
    load: () => import('../commands/restore.ts'),
  },
  {
    verb: 'delete', usage: '<name..>', summary: 'Delete restore points and their data, after asking', candidates: ['backup'],
    examples: ['delete nightly-20261101-0100', 'delete nightly-20261101-0100 --yes --wait'],
    load: () => import('../commands/delete.ts'),
  },
  {
    verb: 'cancel', usage: '<name..>', summary: 'Stop running backups', candidates: ['running'],
    examples: ['cancel nightly-manual-20261121-093000'],
    load: () => import('../commands/cancel.ts'),
  },
  {
    verb: 'wait', usage: '<name>', summary: 'Wait for the end of a backup or restore', candidates: ['backup', 'restore'],
    examples: ['wait nightly-20261121-0100 --timeout 30m', 'wait restore/data-back'],
    load: () => import('../commands/wait.ts'),
  },
  {
    verb: 'logs', usage: '<name>', summary: "Print the movers' logs of a backup, restore or repository check", candidates: ['backup', 'restore', 'repository'],
    examples: ['logs nightly-20261121-0100', 'logs restore/data-back -f'],
    load: () => import('../commands/logs.ts'),
  },
  {
    verb: 'status', usage: '', summary: 'Show which claims are protected, and how old their last good restore point is', candidates: [],
    examples: ['status', 'status -A', 'status -A -o json'],
    load: () => import('../commands/status.ts'),
  },
  {
    verb: 'policy create', usage: '<name>', summary: 'Make a policy', candidates: [],
    examples: ['policy create nightly -l app=shop --schedule "0 1 * * *" --repository main --max-backups 7',
      'policy create hourly --all --strategy snapshot --schedule "0 * * * *" --max-age 2d',
      'policy create nightly --all --repository main --dry-run=client > nightly.yaml'],
    load: () => import('../commands/policy-create.ts'),
  },
  {
    verb: 'policy list', usage: '', summary: 'List policies', candidates: [],
    examples: ['policy list -A'], load: () => import('../commands/policy-list.ts'),
  },
  {
    verb: 'policy pause', usage: '<name..>', summary: 'Stop scheduled runs and new deletions of policies', candidates: ['policy'],
    examples: ['policy pause nightly'], load: () => import('../commands/policy-pause.ts'),
  },
  {
    verb: 'policy resume', usage: '<name..>', summary: 'Let paused policies go on, and retention at once', candidates: ['policy'],
    examples: ['policy resume nightly'], load: () => import('../commands/policy-resume.ts'),
  },
  {
    verb: 'policy release-deletions', usage: '<name>', summary: 'Allow retention a large deletion that it holds back', candidates: ['policy'],
    examples: ['policy release-deletions nightly --count 25'], load: () => import('../commands/policy-release-deletions.ts'),
  },
  {
    verb: 'policy adopt', usage: '<name>', summary: 'Let retention have the restore points of an earlier policy of the same name', candidates: ['policy'],
    examples: ['policy adopt nightly'], load: () => import('../commands/policy-adopt.ts'),
  },
  {
    verb: 'repository create', usage: '<name>', summary: 'Make a repository', candidates: [],
    examples: ['repository create main --url s3://backups/prod --credentials-secret s3-backup --wait', 'repository create local --url pvc://backup-disk/main'],
    load: () => import('../commands/repository-create.ts'),
  },
  {
    verb: 'repository list', usage: '', summary: 'List repositories', candidates: [],
    examples: ['repository list -A'], load: () => import('../commands/repository-list.ts'),
  },
  {
    verb: 'repository check', usage: '<name>', summary: 'Check again that a repository can be written', candidates: ['repository'],
    examples: ['repository check main --wait'], load: () => import('../commands/repository-check.ts'),
  },
  {
    verb: 'version', usage: '', summary: 'Print the versions of this plugin and of Holdfast in the cluster', candidates: [],
    examples: ['version', 'version --client -o json'], load: () => import('../commands/version.ts'),
  },
  {
    verb: 'completion', usage: '<shell>', summary: 'Print a completion script', candidates: ['shell'],
    examples: ['completion kubectl > ~/bin/kubectl_complete-backup && chmod +x ~/bin/kubectl_complete-backup', 'completion bash'],
    load: () => import('../commands/completion.ts'),
  },
]
