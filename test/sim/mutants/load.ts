import { writeSync } from 'node:fs'
import { mutantNamed } from './all.ts'
import { plant } from './apply.ts'

/**
 * Plants the bug that HOLDFAST_SIM_MUTANT names, before anything else is loaded:
 * `HOLDFAST_SIM_MUTANT=<name> node --import ./test/sim/mutants/load.ts test/sim/main.ts …`. Says so on stderr when the file is loaded.
 */
const name = process.env.HOLDFAST_SIM_MUTANT
if (name !== undefined && name !== '') plant(mutantNamed(name), () => void writeSync(2, `planted ${name}\n`))
