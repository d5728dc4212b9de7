import { command } from '../cli/command.ts'
import { EXIT } from '../cli/exit-code.ts'
import { SCRIPTS } from '../completion/scripts.ts'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell', 'kubectl'] as const

export default command({
  positionals: {
    shell: { type: 'string', choices: SHELLS, demandOption: true, describe: 'kubectl: the executable kubectl_complete-backup, by which kubectl itself completes; else a script for kubectl-backup' },
  },
  flags: {},
  run: async (context, args) => {
    context.output.line(SCRIPTS[args.shell as (typeof SHELLS)[number]])
    return EXIT.ok
  },
})
