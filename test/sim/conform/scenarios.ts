import type { Scenario } from './scenario.ts'
import { CORE } from './scenarios/core.ts'
import { CUSTOM } from './scenarios/custom.ts'
import { DELETION } from './scenarios/deletion.ts'
import { GARBAGE } from './scenarios/garbage.ts'
import { LISTS } from './scenarios/lists.ts'
import { METADATA } from './scenarios/metadata.ts'
import { STORAGE } from './scenarios/storage.ts'
import { WORKLOADS } from './scenarios/workloads.ts'

/** All scenarios; those that wait for controllers last, when these have learned of our kinds. */
export const SCENARIOS: readonly Scenario[] = [...METADATA, ...CUSTOM, ...LISTS, ...DELETION, ...WORKLOADS, ...STORAGE, ...CORE, ...GARBAGE]
