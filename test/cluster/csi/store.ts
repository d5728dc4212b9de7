import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'

export type Sort = 'volumes' | 'snapshots'

/** What the driver knows of a volume or a snapshot. */
export interface Item {
  id: string
  bytes: number
  /** Seconds since 1970. */
  created: number
  /** Of a snapshot: the volume that it was taken from. */
  volume?: string
}

/** Volumes and snapshots as folders `<root>/<sort>/<id>`, each with `<id>.json`. The JSON is written last: with it, the item is whole. */
export class Store {
  readonly root: string
  readonly #running = new Map<string, Promise<Item>>()

  constructor(root: string) {
    this.root = root
    for (const sort of ['volumes', 'snapshots']) mkdirSync(join(root, sort), { recursive: true })
  }

  dir(sort: Sort, id: string): string {
    return join(this.root, sort, safe(id))
  }

  read(sort: Sort, id: string): Item | undefined {
    const file = `${this.dir(sort, id)}.json`
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Item : undefined
  }

  list(sort: Sort): Item[] {
    const files = readdirSync(join(this.root, sort)).filter((file) => file.endsWith('.json'))
    return files.flatMap((file) => this.read(sort, file.slice(0, -'.json'.length)) ?? [])
  }

  /** Makes an item, empty or as a copy of a folder. A second call while the first runs waits for it; a later one finds it done. */
  async create(sort: Sort, item: Item, from?: string): Promise<Item> {
    const key = `${sort}/${item.id}`
    const running = this.#running.get(key) ?? this.#make(sort, item, from).finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return await running
  }

  remove(sort: Sort, id: string): void {
    rmSync(`${this.dir(sort, id)}.json`, { force: true })
    rmSync(this.dir(sort, id), { recursive: true, force: true })
  }

  async #make(sort: Sort, item: Item, from: string | undefined): Promise<Item> {
    const done = this.read(sort, item.id)
    if (done !== undefined) return done
    const dir = this.dir(sort, item.id)
    const partial = `${dir}.partial`
    for (const left of [dir, partial]) rmSync(left, { recursive: true, force: true })
    if (from === undefined) mkdirSync(partial, { mode: 0o777 })
    else await run('cp', ['-a', '--reflink=auto', from, partial])
    renameSync(partial, dir)
    writeFileSync(`${dir}.json.partial`, JSON.stringify(item))
    renameSync(`${dir}.json.partial`, `${dir}.json`)
    return item
  }
}

function safe(id: string): string {
  if (!/^[A-Za-z0-9][-A-Za-z0-9_.]{0,127}$/.test(id)) throw new Error(`id ${JSON.stringify(id)} is not one of ours`)
  return id
}
