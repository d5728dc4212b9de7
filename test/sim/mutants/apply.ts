import fs, { readFileSync } from 'node:fs'
import { registerHooks, syncBuiltinESMExports } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { planted, type Mutant } from './mutant.ts'

/** The repository's root. */
export const ROOT = new URL('../../../', import.meta.url)

/** The text of the mutant's file, with the bug in it. */
export function mutatedText(mutant: Mutant): string {
  return planted(mutant, readFileSync(fileURLToPath(new URL(mutant.file, ROOT)), 'utf8'))
}

/** From now on every load of the mutant's file in this thread, and every read of one that is no module, gets the bug. `onLoad` hears of each. */
export function plant(mutant: Mutant, onLoad: () => void): void {
  if (mutant.file.endsWith('.ts')) plantModule(mutant, onLoad)
  else plantText(mutant, onLoad)
}

function plantText(mutant: Mutant, onLoad: () => void): void {
  const wanted = fileURLToPath(new URL(mutant.file, ROOT))
  const text = mutatedText(mutant)
  const read = fs.readFileSync
  const readMutated = (...input: Parameters<typeof read>): ReturnType<typeof read> => {
    if (resolve(String(input[0])) !== wanted) return read(...input)
    onLoad()
    return text
  }
  fs.readFileSync = readMutated as typeof read
  syncBuiltinESMExports()
}

function plantModule(mutant: Mutant, onLoad: () => void): void {
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
