import { SCRIPTS } from '../../../plugin/completion/scripts.ts'
import { cliTable } from '../table.ts'

cliTable('kubectl backup completion', {
  'prints a script': { args: ['completion', 'bash'], stdout: `${SCRIPTS.bash}\n` },
  'knows its shells': { args: ['completion', 'csh'], code: 2, stderr: /choices: .*"bash"/i },
})
