/**
 * What the process answers. Frozen: scripts depend on it (test/plugin/exit-code.test.ts, docs/reference/cli.md).
 * `failed` also stands for a run that was waited for and failed; `partial` for one that lost some volumes or files.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  forbidden: 4,
  notFound: 5,
  timeout: 8,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** One sentence for each code, as printed in the reference. */
export const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Done. With `--wait`: the run is Completed.',
  failed: 'An error, or a deletion that was answered with no; with `--wait`: the run Failed, or nobody can say that what was to be deleted is gone.',
  usage: 'Wrong usage: unknown command or flag, missing or contradicting arguments, or a deletion without `--yes` where there is no terminal to ask on. Nothing was changed.',
  partial: 'With `--wait`: the run is PartiallyFailed, or a restore is not whole: volumes, files or attributes are missing in it.',
  forbidden: 'Not logged in, or not allowed.',
  notFound: 'The named object does not exist.',
  timeout: 'Still running when `--timeout` was over. The run goes on.',
  interrupted: 'Ctrl-C. A run that was waited for goes on.',
}
