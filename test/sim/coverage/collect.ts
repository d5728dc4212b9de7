import { Session, type Profiler } from 'node:inspector'

/** What V8 counted in each script of our hooks, in one thread. */
export type Coverage = readonly Profiler.ScriptCoverage[]

/** From now on what this thread loads is counted block by block. Answers a function that tells the counts. */
export function countBlocks(): () => Coverage {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return () => {
    let counted: Coverage = []
    session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error
      counted = result.filter(({ url }) => url.includes('/hooks/'))
    })
    return counted
  }
}
