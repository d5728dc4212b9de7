import { parseArgs } from 'node:util'
import { ROOT } from '../tidy/sources.ts'
import { auditDependencies } from './advisories.ts'

/**
 * `npm run release-check`: one line of JSON, `{"audit": "clean" | "vulnerable" | "not answered", …}`. Exit 0 for clean, 1 for
 * vulnerable, 3 for not answered: who releases all the same has seen that nobody was asked.
 */
const EXIT = { clean: 0, vulnerable: 1, 'not answered': 3 } as const

const { values } = parseArgs({ options: { folder: { type: 'string', default: ROOT }, registry: { type: 'string' }, timeout: { type: 'string', default: '60' } } })
const result = await auditDependencies({ folder: values.folder, registry: values.registry, timeoutMs: Number(values.timeout) * 1000 })
console.log(JSON.stringify(result))
process.exitCode = EXIT[result.audit]
