import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface KeyFile { readonly N: number; readonly r: number; readonly p: number; readonly salt: string; readonly data: string }

/**
 * Lets the password of a repository be tried in no time. restic makes that slow on purpose, which in tests that call it hundreds of times is most
 * of their time. The repository is as good as before: https://restic.readthedocs.io, "Keys, Encryption and MAC".
 */
export function quickenKey(repository: string, password: string): void {
  const folder = join(repository, 'keys')
  const [name = ''] = readdirSync(folder)
  const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeyFile
  const master = opened(Buffer.from(file.data, 'base64'), keyOf(file, password))
  const quick = { ...file, N: 2 }
  const text = JSON.stringify({ ...quick, data: sealed(master, keyOf(quick, password)).toString('base64') })
  rmSync(join(folder, name))
  writeFileSync(join(folder, createHash('sha256').update(text).digest('hex')), text)
}

interface Key { readonly encrypt: Buffer; readonly k: Buffer; readonly r: Buffer }

function keyOf({ N, r, p, salt }: KeyFile, password: string): Key {
  const all = scryptSync(password, Buffer.from(salt, 'base64'), 64, { N, r, p, maxmem: 1 << 28 })
  return { encrypt: all.subarray(0, 32), k: all.subarray(32, 48), r: all.subarray(48) }
}

function opened(data: Buffer, key: Key): Buffer {
  const iv = data.subarray(0, 16)
  const text = data.subarray(16, -16)
  if (!mac(text, iv, key).equals(data.subarray(-16))) throw new Error('the password does not open the key')
  return createDecipheriv('aes-256-ctr', key.encrypt, iv).update(text)
}

function sealed(plain: Buffer, key: Key): Buffer {
  const iv = randomBytes(16)
  const text = createCipheriv('aes-256-ctr', key.encrypt, iv).update(plain)
  return Buffer.concat([iv, text, mac(text, iv, key)])
}

/** Poly1305-AES. */
function mac(text: Buffer, nonce: Buffer, { k, r }: Key): Buffer {
  const multiplier = little(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
  let sum = 0n
  for (let at = 0; at < text.length; at += 16) {
    sum = (sum + little(Buffer.concat([text.subarray(at, at + 16), Buffer.of(1)]))) * multiplier % ((1n << 130n) - 5n)
  }
  const pad = little(createCipheriv('aes-128-ecb', k, null).setAutoPadding(false).update(nonce))
  return Buffer.from((sum + pad & (1n << 128n) - 1n).toString(16).padStart(32, '0'), 'hex').reverse()
}

function little(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
