import type { Image } from './images/image.ts'
import type { Layout } from './layout.ts'
import { run } from './run.ts'

/** Label of an imported image: what it was made from. It lies with the image, so that a store which lost one lost the other. */
const KEY_LABEL = 'holdfast.test/key'

/** Imports an archive (docker or OCI) into the cluster's containerd, where the kubelet finds it. */
export async function importArchive(layout: Layout, archive: string): Promise<void> {
  await ctr(layout, ['images', 'import', archive])
}

/** Notes what an imported image was made from. */
export async function markImage(layout: Layout, image: Image): Promise<void> {
  await ctr(layout, ['images', 'label', image.name, `${KEY_LABEL}=${image.key}`])
}

/** Whether containerd has the image, made from the same and with every layer in place. */
export async function hasImage(layout: Layout, image: Image): Promise<boolean> {
  const filter = `name==${image.name},labels."${KEY_LABEL}"==${image.key}`
  return (await ctr(layout, ['images', 'check', filter])).split('\n').some((line) => /\scomplete\s.*\strue\s*$/.test(line))
}

/** Runs ctr in the namespace that the kubelet uses. Answers its output. */
export async function ctr(layout: Layout, args: readonly string[]): Promise<string> {
  return (await run('ctr', ['--address', layout.containerdSocket, '--namespace', 'k8s.io', ...args])).stdout
}
