import { UserError } from './errors.ts'

const FACTORS: Readonly<Record<string, number>> = {
  '': 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
}

/**
 * Bytes (or units) of a Kubernetes quantity such as `1Gi`, `500M`, `1.5Gi`, `1e9` or `1500m`. Exact up to 2^53.
 * @throws UserError InvalidSpec when it is not one. What is no text at all is not told: a secret may stand in it.
 */
export const parseQuantity = (text: string): number => {
  const match = /^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:([eE][+-]?[0-9]+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/.exec(text)
  if (match === null) {
    throw new UserError('InvalidSpec', `quantity ${typeof text === 'string' ? JSON.stringify(text) : 'of another type'} is not understood: write it as in Kubernetes, for example 10Gi`)
  }
  const [, number, exponent = '', suffix = ''] = match
  return Number(`${number}${exponent}`) * (FACTORS[suffix] ?? 1)
}
