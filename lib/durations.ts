import { UserError } from './errors.ts'

const SECONDS = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const

/**
 * Seconds of a duration such as `30d`, `720h` or `1d12h`. Units: w, d (24 hours), h, m, s.
 * @throws UserError InvalidSpec when it is not one.
 */
export const parseDuration = (text: string): number => {
  if (!/^([0-9]+[wdhms])+$/.test(text)) {
    const message = `duration ${JSON.stringify(text)} is not understood: write numbers with w, d, h, m or s, for example 30d`
    throw new UserError('InvalidSpec', message)
  }
  const parts = text.matchAll(/([0-9]+)([wdhms])/g)
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit as keyof typeof SECONDS], 0)
}
