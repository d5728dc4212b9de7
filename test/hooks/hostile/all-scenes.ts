import { backupScenes } from './backup-scenes.ts'
import { repositoryScenes, restoreScenes } from './other-scenes.ts'
import { policyScenes } from './policy-scenes.ts'
import type { Scene } from './scene.ts'

/** A good request for every hook, every verb and every stage that decides differently. */
export async function allScenes(): Promise<readonly Scene[]> {
  return [...backupScenes(), ...policyScenes(), ...repositoryScenes(), ...await restoreScenes()]
}
