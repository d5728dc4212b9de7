import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CATALOGUE } from '../../../plugin/cli/catalogue.ts'
import { aBackup, aClaim, aPolicy, aRepository, completed } from '../objects.ts'
import { runCli, runProcess } from '../run-cli.ts'

const HELP = `kubectl backup backs up and restores volumes with Holdfast.

Commands:
  kubectl backup run <policy>        Start a run of a policy now
  kubectl backup create [name]       Back up claims once, without a policy
  kubectl backup list [kind]         List restore points, newest first
  kubectl backup describe <name..>   Show everything about a backup, restore, policy or repository
  kubectl backup restore [backup]    Bring data back into new claims
  kubectl backup delete <name..>     Delete restore points and their data, after asking
  kubectl backup cancel <name..>     Stop running backups
  kubectl backup wait <name>         Wait for the end of a backup or restore
  kubectl backup logs <name>         Print the movers' logs of a backup, restore or repository check
  kubectl backup status              Show which claims are protected, and how old their last good
                                     restore point is
  kubectl backup policy              Make, list, pause and resume backup policies
  kubectl backup repository          Make, list and check backup repositories
  kubectl backup version             Print the versions of this plugin and of Holdfast in the
                                     cluster
  kubectl backup completion <shell>  Print a completion script

Global flags:
  -n, --namespace        Namespace; default is that of the context                          [string]
      --context          Context of the kubeconfig                                          [string]
      --kubeconfig       Path of the kubeconfig file                                        [string]
      --as               Act as this user                                                   [string]
      --as-group         Act as a member of this group; may be repeated                      [array]
      --request-timeout  How long one request may take; 0 is without limit [string] [default: "30s"]
  -h, --help             Show help                                                         [boolean]
`

describe('kubectl backup --help', { concurrency: 2 }, () => {
  it('is this text', async () => assert.deepEqual(await runProcess(['--help']), { code: 0, stdout: HELP, stderr: '' }))
  it('is printed without arguments too', async () => assert.deepEqual(await runProcess([]), { code: 0, stdout: HELP, stderr: '' }))
  for (const { verb, summary, examples } of CATALOGUE) {
    it(`explains ${verb}`, async () => {
      const { code, stdout, stderr } = await runProcess([...verb.split(' '), '--help'])
      assert.equal(code, 0, stderr)
      assert.ok(stdout.startsWith(`kubectl backup ${verb}`), stdout)
      assert.ok(stdout.includes(summary), stdout)
      assert.ok(stdout.replaceAll(/\s+/g, ' ').includes((examples[0] ?? '').replaceAll(/\s+/g, ' ')), stdout)
    })
  }
})

const MISTAKES: Readonly<Record<string, readonly [args: readonly string[], stderr: string]>> = {
  'a command that is almost right': [['lst'], 'Error: "lst" is no command. Did you mean "list"? See kubectl backup --help\n'],
  'a command of a group that is almost right': [['policy', 'craete'], 'Error: "craete" is no command. Did you mean "create"? See kubectl backup policy --help\n'],
  'a group alone': [['policy'], 'Error: say what to do with a policy. See kubectl backup policy --help\n'],
  'a name that is missing': [['run'], 'Error: a name is missing. See kubectl backup run --help\n'],
  'an unknown flag': [['list', '--bogus'], 'Error: unknown argument: bogus. See kubectl backup list --help\n'],
  'a flag without its value': [['restore', '--size'], 'Error: --size needs a value. See kubectl backup restore --help\n'],
  'a flag twice': [['run', 'p', '-n', 'a', '-n', 'b'], 'Error: --namespace was given more than once\n'],
  'a time that is none': [['list', '--request-timeout', 'x'], 'Error: --request-timeout must be a time such as 30s, 10m or 1h30m; got "x"\n'],
}

describe('mistakes end with 2 and say what to do', { concurrency: 2 }, () => {
  for (const [sentence, [args, stderr]] of Object.entries(MISTAKES)) {
    it(sentence, async () => assert.deepEqual(await runProcess(args), { code: 2, stdout: '', stderr }))
  }
})

/** A command line for each verb that can wait. */
const WAITING: Readonly<Record<string, readonly string[]>> = {
  run: ['nightly'], create: ['--pvc', 'data', '--strategy', 'snapshot'], restore: ['one'], delete: ['one', '--yes'], wait: ['one'],
  'policy create': ['nightly', '--all', '--strategy', 'snapshot'], 'repository create': ['main', '--url', 'pvc://disk'], 'repository check': ['main'],
}

describe('a time that is none is told before anything is sent, because 2 says that nothing was changed', { concurrency: 2 }, () => {
  it('by every command that can wait', async () => {
    const waiting = await Promise.all(CATALOGUE.map(async ({ verb, load }) => 'timeout' in (await load()).default.flags ? [verb] : []))
    assert.deepEqual(waiting.flat().sort(), Object.keys(WAITING).sort())
  })
  for (const [verb, args] of Object.entries(WAITING)) {
    it(verb, async () => {
      const wait = verb === 'wait' ? [] : ['--wait']
      const { code, stderr, api } = await runCli([...verb.split(' '), ...args, ...wait, '--timeout', '1h30'], { objects: [aBackup('one', '2026-11-20T01:00:00Z', { status: completed('2026-11-20T01:01:00Z', 'data') }), aPolicy('nightly'), aRepository('main'), aClaim('data')] })
      assert.deepEqual([code, stderr, api.requests.map(({ method, url }) => `${method} ${url}`)], [2, 'Error: --timeout must be a time such as 30s, 10m or 1h30m; got "1h30"\n', []])
    })
  }
})
