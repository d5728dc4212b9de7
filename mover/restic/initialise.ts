import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TransientError, UserError } from '../../lib/errors.ts'
import type { Context } from '../run/context.ts'
import { seal, unseal } from '../stores/sealed.ts'
import { readBytes, readText, type Store } from '../stores/store.ts'
import { restic } from './command.ts'
import { FOLDER, requirePassword } from './repository.ts'

const CONFIG = `${FOLDER}/config`
const CLAIM = 'restic-init.json'

/** A fresh repository's two files. The key file is encrypted with the password. */
interface Fresh {
  readonly config: string
  readonly keyName: string
  readonly key: string
}

/**
 * Makes the restic repository if there is none. `restic init` asks for a config and then writes one, so two at once leave two
 * keys of which one opens nothing. So a repository is made in a local folder, and offered under one name that only the
 * first can take; whoever comes (later, or again after a kill) puts in place what was taken there. All of them write the same bytes.
 */
export async function ensureRepository(context: Context): Promise<void> {
  requirePassword(context.env)
  if (await isThere(context)) return
  refuseLoss(context)
  await refuseRemains(context)
  const offered = await readText(context.store, CLAIM) ?? await offer(context)
  // Another one may have made it meanwhile; then a claim that came after that is of no use.
  if (!await isThere(context)) await putInPlace(context, offered)
  await context.store.delete(CLAIM)
  context.log(`restic repository made at ${context.store.description}`)
}

/** Whether the store has a restic repository. Distinguishes an absent bucket, refused credentials and so on by throwing. */
export async function isThere(context: Context): Promise<boolean> {
  return await context.store.head(CONFIG) !== undefined
}

/** Identity of the repository, which also proves that the password opens it. No prune changes that, so none is waited for. */
export async function repositoryId(context: Context): Promise<string> {
  const { stdout } = await restic(context, { args: ['cat', 'config', '--no-lock'] })
  return String((JSON.parse(stdout) as { readonly id?: string }).id ?? '')
}

/** Where a repository was before, an empty place is a wiped bucket or a wrong url: a new one would hide that all points are gone. */
function refuseLoss({ task, store }: Context): void {
  if (task.resticId === undefined) return
  throw new UserError('RepositoryMissing', `${store.description} held the restic repository ${task.resticId} when it was last checked, and holds none now. `
    + 'Bring it back, or, if its data is meant to be gone, delete the BackupRepository object and make it again.')
}

/** Data without a config is a repository whose config was lost: making a new one over it would bury the data. */
async function refuseRemains(context: Context): Promise<void> {
  for (const folder of ['snapshots', 'data', 'index']) {
    for await (const { key } of context.store.list(`${FOLDER}/${folder}/`)) {
      // The one who won the race may have put the config in place and begun to work since we looked.
      if (await isThere(context)) return
      throw new UserError('RepositoryDamaged', `${context.store.description} holds restic data (${key}) but no config. `
        + 'Bring the file restic/config back from a copy of the store, or choose another prefix.')
    }
  }
}

/** Offers a fresh repository and gives the one that was taken: ours, or that of whoever was first. */
async function offer(context: Context): Promise<string | undefined> {
  await context.store.create(CLAIM, Buffer.from(seal({ ...await fresh(context) })))
  // Read back, for stores on which two conditional writes may both seem to win. It is gone when somebody else has finished meanwhile.
  return readText(context.store, CLAIM)
}

async function fresh(context: Context): Promise<Fresh> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-init-'))
  try {
    await restic(context, { args: ['init', '--no-cache'], repository: folder })
    const [keyName = ''] = await readdir(join(folder, 'keys'))
    const read = async (name: string) => (await readFile(join(folder, name))).toString('base64')
    return { config: await read('config'), keyName, key: await read(`keys/${keyName}`) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The key goes first: a config without a key could not be opened. */
async function putInPlace({ store }: Context, offered: string | undefined): Promise<void> {
  const made = offered === undefined ? undefined : unseal<Fresh>(offered)
  if (made === undefined) throw unkept(store, CLAIM)
  await put(store, `${FOLDER}/keys/${made.keyName}`, made.key)
  await put(store, CONFIG, made.config)
}

/** Only what is there to be read is built upon: were the key lost or damaged, nothing would ever open the repository that the config makes. */
async function put(store: Store, key: string, base64: string): Promise<void> {
  const content = Buffer.from(base64, 'base64')
  await store.create(key, Buffer.from(content))
  if (!await readBytes(store, key).then(found => found?.equals(content))) throw unkept(store, key)
}

function unkept(store: Store, key: string): TransientError {
  return new TransientError('StoreUnreachable', `${store.description} does not give ${key} back as it was written, so no restic repository was made. It will be tried again; `
    + `if it stays so, remove ${key}: there is no backup in it yet.`)
}

/** Removes a claim that a killed mover left after its repository was in place. */
export async function sweepClaim(context: Context): Promise<void> {
  if (await isThere(context)) await context.store.delete(CLAIM)
}
