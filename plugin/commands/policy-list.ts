import type { BackupPolicy } from '../../schemas/generated/types.ts'
import { command } from '../cli/command.ts'
import { ALL_NAMESPACES, LIST_OUTPUT, SELECTOR } from '../cli/flags.ts'
import { POLICY } from '../api/kinds.ts'
import { printListing } from '../actions/listing.ts'
import { policyColumns } from '../output/columns.ts'

export default command({
  positionals: {},
  flags: { ...SELECTOR, ...ALL_NAMESPACES, ...LIST_OUTPUT },
  run: (context, args) => printListing<BackupPolicy>(context, { kind: POLICY, columns: policyColumns, noun: 'policies', args }),
})
