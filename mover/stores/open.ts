import { UserError } from '../../lib/errors.ts'
import type { Task } from '../../schemas/generated/types.ts'
import type { Store } from './store.ts'

/** The store of a task. The cloud SDK is loaded only when it is needed. */
export async function openStore(store: Task['store'], env: Readonly<Record<string, string | undefined>>): Promise<Store> {
  if (store.type === 'directory') {
    const { directoryStore } = await import('./directory.ts')
    return directoryStore(required(store.path, 'path'))
  }
  const { s3Store } = await import('./s3.ts')
  return s3Store({ ...store, bucket: required(store.bucket, 'bucket'), prefix: store.prefix ?? '', env })
}

function required(value: string | undefined, field: string): string {
  if (value === undefined) throw new UserError('InvalidTask', `The task's store has no ${field}.`)
  return value
}
