import type { Mutant } from '../mutant.ts'

const HANDOVER = 'hooks/restore/handover.ts'

/** Restores: what is published, from what, and what is left behind. */
export const RESTORE_MUTANTS: readonly Mutant[] = [
  {
    name: 'half-a-restore-is-published',
    story: 'A restore whose mover failed is handed to the user all the same (K8up `folderRestore` returns nil; VolSync #1004 "Successful").',
    file: 'hooks/restore/move.ts',
    find: 'case \'failed\': return failedStep(input, outcome)',
    replace: 'case \'failed\': return holdStep(input, job, wordless)',
    breaks: ['D', 'story'],
  },
  {
    name: 'the-newest-is-of-the-future',
    story: 'A restore of the newest point takes one whose time a wrong clock wrote, although newer ones are there whose time is known '
      + '(K8up: what "latest" is, nobody checks).',
    file: 'hooks/restore/choose-backup.ts',
    find: 'return newestFirst(fit, now)',
    replace: 'return newestFirst(fit, new Date(8.64e15))',
    breaks: ['D5'],
  },
  {
    name: 'older-restore-of-the-name',
    story: 'A claim that an older Restore of the same name has made passes for this one\'s: Completed without a byte moved '
      + '(VolSync: "No data will be restored" and success; Sieve OSDI\'22: objects told by name and not by UID).',
    file: 'hooks/restore/facts.ts',
    find: ' && annotations[ANNOTATION.restoreUid] === uid',
    replace: ' && uid !== undefined',
    breaks: ['D'],
  },
  {
    name: 'strangers-claim-is-ours',
    story: 'Whatever bears the temporary name is written into (Metacontroller: AlreadyExists is swallowed; Mutiny DSN\'24: ownership fields).',
    file: 'hooks/restore/facts.ts',
    find: 'return object.metadata.ownerReferences?.some(({ uid }) => uid === restore.metadata.uid) ?? false',
    replace: 'return object.metadata.name !== restore.metadata.name',
    breaks: ['D'],
  },
  {
    name: 'volume-not-kept',
    story: 'The restored volume is not made Retain before its temporary claim goes, so it goes along (lib-volume-populator, order of the handover; KubeBlocks #10327).',
    file: HANDOVER,
    find: 'reclaimPolicy: \'Retain\',\n    labels: { [LABEL.restoreUid]: restore.metadata.uid',
    replace: 'reclaimPolicy: handover.reclaimPolicy,\n    labels: { [LABEL.restoreUid]: restore.metadata.uid',
    breaks: ['goal', 'D'],
  },
  {
    name: 'reclaim-policy-not-put-back',
    story: 'A restored volume keeps Retain, so it outlives its claim and is paid for (Gemini: what a restore made is exempt from expiry for ever).',
    file: HANDOVER,
    find: 'reclaimPolicy: handover.reclaimPolicy === \'Delete\' ? \'Delete\' : \'Retain\'',
    replace: 'reclaimPolicy: \'Retain\'',
    breaks: ['goal', 'D'],
  },
  {
    name: 'reclaim-policy-put-back-early',
    story: 'The volume is let go before its claim is bound, so that nobody finishes the handover (KubeBlocks #10333, #10478: released too early or too late).',
    file: 'hooks/restore/publish.ts',
    find: 'if (targetIs !== \'ours\' || !isBound(target)) return undefined',
    replace: 'if (targetIs !== \'ours\') return undefined',
    breaks: ['goal', 'D', 'story'],
  },
  {
    name: 'handover-not-taken-back',
    story: 'A restore that fails while it publishes leaves its volume behind, kept for nobody (Velero #6610, #9190: stranded work).',
    file: 'hooks/restore/handover.ts',
    find: 'if (!persistentVolume || !handover) return withdraw',
    replace: 'if (!persistentVolume || !handover || withdraw.length < 9) return withdraw',
    breaks: ['goal', 'D'],
  },
  {
    name: 'finalizing-restore-reads-nothing',
    story: 'A list that cannot be read counts as empty, so the finalizer goes and the held volume stays '
      + '(Metacontroller PR #649: an error was taken for "nothing there").',
    file: 'hooks/restore/observe.ts',
    find: 'const handedOver = (await live.volumesOfRestore(parent.metadata.uid ?? \'\')).filter',
    replace: 'const handedOver = (await live.volumesOfRestore(parent.metadata.uid ?? \'\').catch(() => [])).filter',
    breaks: ['S8', 'goal', 'story'],
  },
  {
    name: 'restore-point-chosen-anew',
    story: 'Which point is restored is asked at every step, so that a newer one takes its place half-way (K8up: what "latest" is, nobody checks).',
    file: 'hooks/restore/choose-backup.ts',
    find: 'const fixed = fixedName(request, handedOver)',
    replace: 'const fixed = parent.spec.backup === undefined ? undefined : fixedName(request, handedOver)',
    breaks: ['D', 'S5'],
  },
  {
    name: 'point-in-time-ignored',
    story: 'The newest point is restored whatever time was asked for (KubeBlocks #10098, #10073; VolSync: a wrong restoreAsOf restores nothing and succeeds).',
    file: 'hooks/restore/choose-backup.ts',
    find: 'spec.asOf === undefined || endOf(backup) <= Date.parse(spec.asOf)',
    replace: 'spec.asOf === undefined || endOf(backup) > 0',
    breaks: ['D'],
  },
  {
    name: 'claim-made-anew-is-filled',
    story: 'A temporary claim that somebody tore away while the mover wrote is made anew, and its empty volume is published as what was restored (Holdfast itself, found by reading).',
    file: 'hooks/restore/move.ts',
    find: "if (outcome.state !== 'failed' && !hasItsClaim(input, job)) return failedStep(input, CLAIM_GONE)",
    replace: '',
    breaks: ['D3'],
  },
  {
    name: 'any-snapshot-of-the-name',
    story: 'A snapshot is restored from whatever VolumeSnapshot has its name, also from one of today\'s data (Holdfast itself, found by reading).',
    file: 'hooks/restore/rules/snapshot.ts',
    find: "return isSame && boundTo === snapshot?.metadata.uid ? 'there' : 'elsewhere'",
    replace: "return isSame || boundTo !== '' ? 'there' : 'elsewhere'",
    breaks: ['D'],
  },
  {
    name: 'free-volume-for-a-snapshot',
    story: 'A free volume that the cluster gave the claim is published as what was made from the snapshot (Holdfast itself, by way of kubernetes/kubernetes#101878).',
    file: 'hooks/restore/volume.ts',
    find: 'if (volume === undefined || !isOfSnapshot) return undefined',
    replace: 'if (volume === undefined || !isOfSnapshot || !isOfSnapshot === false) return undefined',
    breaks: ['D3'],
  },
  {
    name: 'free-volume-goes-along',
    story: 'A volume of somebody else that the cluster gave the temporary claim goes with it (kubernetes/kubernetes#101878; Holdfast itself, found by reading).',
    file: 'hooks/restore/found.ts',
    find: "if (volume === undefined || policy === 'Retain') return []",
    replace: "if (volume === undefined || policy !== 'Recycle') return []",
    breaks: ['D', 'story'],
  },
  {
    name: 'only-fresh-points-restore',
    story: 'What could be restored in the hour in which it was made cannot be later, when somebody needs it (none known; Holdfast fears it, for what a test restores it has just stored).',
    file: 'hooks/restore/rules/backup.ts',
    find: 'function backupFailed({ choice: { name, backup } }: BackupInput): Obstacle | undefined {\n  if (backup === undefined || isRestorable(backup)) return undefined',
    replace: 'function backupFailed({ restore, choice: { name, backup } }: BackupInput): Obstacle | undefined {\n'
      + "  const old = Date.parse(restore.metadata.creationTimestamp ?? '') - Date.parse(backup?.status?.completionTime ?? '') > 3_600_000\n"
      + '  if (backup === undefined || (isRestorable(backup) && !old)) return undefined',
    breaks: ['proof', 'story'],
  },
  {
    name: 'one-refusal-stops-all',
    story: 'What is refused to one volume keeps the others of its restore from their claims until their time is over (Holdfast itself, found by reading).',
    file: 'hooks/act.ts',
    find: 'if (part === undefined ? refused.size > 0 : refused.has(part)) {',
    replace: 'if (refused.size > 0) {',
    breaks: ['goal', 'story'],
  },
]
