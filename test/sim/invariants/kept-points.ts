import { goodsOf, type Good } from './goods.ts'
import type { Invariant, Watched } from './invariant.ts'
import { materialOf, type Material } from './material.ts'

const NAME = 'D2'

/** D2. */
export function keptPoints(watched: Watched): Invariant {
  const goods = goodsOf(watched)
  const material = materialOf(watched)
  let version = -1
  return {
    name: NAME,
    title: 'D2 every good point that nobody asked to delete is still there and whole',
    onStep() {
      if (material.version() === version) return undefined
      version = material.version()
      return [...goods.values()].map(good => lost(watched, material, good)).find(complaint => complaint !== undefined)
    },
  }
}

function lost({ blame }: Watched, material: Material, { backup, volume, content, point }: Good): string | undefined {
  if (content === undefined || backup.deletionAskedAt !== undefined) return undefined
  const now = point === undefined ? material.contentOf(volume.handle ?? '') : material.points().find(({ location, run, volume: of }) => location === point.location && run === point.run && of === point.volume)?.content
  if (now === content) return undefined
  const what = `the good point of volume ${volume.pvc} in Backup ${backup.name}`
  if (point !== undefined && blame.excuses(NAME, 'storeEmptied', { subject: point.location })) return undefined
  if (point === undefined && blame.excuses(NAME, 'specEdited', { subject: `content of ${volume.handle}` })) return undefined
  return now === undefined ? `${what} is gone, and nobody asked for that` : `${what} held ${content} and holds ${now}`
}
