import { crdYaml } from './crds.ts'
import { loadDefinitions, loadKinds } from './load.ts'
import { referencePage } from './reference.ts'
import { typesSource } from './types.ts'
import { schemasSource } from './validators.ts'

/** Every generated file: path from the repository's root → text. */
export async function outputs(): Promise<ReadonlyMap<string, string>> {
  const kinds = loadKinds()
  const definitions = loadDefinitions()
  return new Map([
    ['schemas/generated/types.ts', await typesSource(kinds, definitions)],
    ['schemas/generated/schemas.ts', schemasSource(kinds, definitions)],
    ...kinds.map(kind => [`charts/holdfast/files/crds/${kind.plural}.yaml`, crdYaml(kind, definitions)] as const),
    ...kinds.map(kind => [`docs/reference/${kind.kind.toLowerCase()}.md`, referencePage(kind, definitions)] as const),
  ])
}
