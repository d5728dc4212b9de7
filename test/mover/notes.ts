import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Remembered } from '../../mover/restic/point.ts'
import type { Bench } from './context.ts'

const FOLDER = new URL('../vectors/v1-notes/', import.meta.url).pathname

/** What the frozen notes of test/vectors/v1-notes tell, and which restic repository is beside them. */
export const NOTES = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Expected

interface Expected { readonly storeId: string; readonly resticId: string; readonly notes: Readonly<Record<'b1' | 'b2', Remembered>> }

/** Puts a copy of them, and of the repository that they speak of, where a bench's store is. */
export function placeNotes({ store }: Bench): void {
  cpSync(join(FOLDER, 'external'), store, { recursive: true })
}
