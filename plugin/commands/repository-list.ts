import type { BackupRepository } from '../../schemas/generated/types.ts'
import { command } from '../cli/command.ts'
import { ALL_NAMESPACES, LIST_OUTPUT, SELECTOR } from '../cli/flags.ts'
import { REPOSITORY } from '../api/kinds.ts'
import { printListing } from '../actions/listing.ts'
import { repositoryColumns } from '../output/columns.ts'

export default command({
  positionals: {},
  flags: { ...SELECTOR, ...ALL_NAMESPACES, ...LIST_OUTPUT },
  run: (context, args) => printListing<BackupRepository>(context, { kind: REPOSITORY, columns: repositoryColumns, noun: 'repositories', args }),
})
