import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { planted, type Mutant } from './mutant.ts'

/** The repository's root. */
export const ROOT = new URL('../../../', import.meta.url)

/** The text of the mutant's file, with the bug in it. */
export function mutatedText(mutant: Mutant): string {
  return planted(mutant, readFileSync(fileURLToPath(new URL(mutant.file, ROOT)), 'utf8'))
}

/** From now on every load of the mutant's file in this thread gets the bug. `onLoad` hears of each. */
export function plant(mutant: Mutant, onLoad: () => void): void {
  const { href } = new URL(mutant.file, ROOT)
  const source = mutatedText(mutant)
  registerHooks({
    load(url, context, nextLoad) {
      if (url.split(/[?#]/)[0] !== href) return nextLoad(url, context)
      onLoad()
      return { format: 'module-typescript', source, shortCircuit: true }
    },
  })
}
