import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stateRoot } from './layout.ts'
import { startTimeOf } from './processes.ts'
import { waitFor } from './wait.ts'

/** Longer than the longest first build. */
const SECONDS = 3600

/** Runs `work` while no other process of this machine does so under the same name. A lock whose holder has ended counts as free. */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(stateRoot(), { recursive: true })
  const file = join(stateRoot(), `${name}.lock`)
  await waitFor(async () => take(file), { what: `lock ${file}`, seconds: SECONDS })
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${startTimeOf(process.pid)}`, { flag: 'wx' })
    return true
  } catch {
    if (isStale(file)) rmSync(file, { force: true })
    return false
  }
}

function isStale(file: string): boolean {
  try {
    const [pid = '', startTime = ''] = readFileSync(file, 'utf8').split(' ')
    return startTime !== '' && startTimeOf(Number(pid)) !== startTime
  } catch {
    return false
  }
}
