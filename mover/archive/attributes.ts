import { TransientError } from '../../lib/errors.ts'
import { start } from '../run/child.ts'
import type { Context } from '../run/context.ts'
import { extractTar } from './tar.ts'

/** Mode, owner, times, ACLs and extended attributes of a folder: a tar that holds nothing but the folder itself. */
export type Attributes = readonly Buffer[]

/** Reads the attributes of a folder. */
export async function readAttributes(context: Context, path: string): Promise<Attributes> {
  const args = ['--create', '--format=posix', '--no-recursion', '--numeric-owner', '--xattrs', '--xattrs-include=*', '--acls', '--directory', path, '--file', '-', '.']
  const child = start({ command: 'tar', args, env: { ...context.env, LC_ALL: 'C' }, signal: context.signal })
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk)
  const code = await child.exit
  if (code !== 0) throw new TransientError('MoverFailed', `tar ended with code ${code} while it read the attributes of the root folder.`)
  return chunks
}

/** Gives a folder these attributes. */
export async function writeAttributes(context: Context, path: string, attributes: Attributes): Promise<void> {
  const { count, samples } = await extractTar(context, path, stream(attributes))
  if (count > 0) context.log(`attributes of the root folder: ${samples.join('; ')}`)
}

async function* stream(chunks: Attributes): AsyncGenerator<Uint8Array> {
  yield* chunks
}
