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
    breaks: ['D'],
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
    breaks: ['goal'],
  },
  {
    name: 'reclaim-policy-not-put-back',
    story: 'A restored volume keeps Retain, so it outlives its claim and is paid for (Gemini: what a restore made is exempt from expiry for ever).',
    file: HANDOVER,
    find: 'reclaimPolicy: handover.reclaimPolicy === \'Delete\' ? \'Delete\' : \'Retain\'',
    replace: 'reclaimPolicy: \'Retain\'',
    breaks: ['goal'],
  },
  {
    name: 'reclaim-policy-put-back-early',
    story: 'The volume is let go before its claim is bound, so that nobody finishes the handover (KubeBlocks #10333, #10478: released too early or too late).',
    file: 'hooks/restore/publish.ts',
    find: 'if (targetIs !== \'ours\' || !isBound(target)) return undefined',
    replace: 'if (targetIs !== \'ours\') return undefined',
    breaks: ['goal', 'D'],
  },
  {
    name: 'handover-not-taken-back',
    story: 'A restore that fails while it publishes leaves its volume behind, kept for nobody (Velero #6610, #9190: stranded work).',
    file: 'hooks/restore/steps.ts',
    find: 'return { volume, children: [], effects: takeBack(input.restore, input.facts) }',
    replace: 'return { volume, children: [], effects: takeBack(input.restore, input.facts).slice(9) }',
    breaks: ['goal'],
  },
  {
    name: 'finalizing-restore-reads-nothing',
    story: 'A list that cannot be read counts as empty, so the finalizer goes and the held volume stays '
      + '(Metacontroller PR #649: an error was taken for "nothing there").',
    file: 'hooks/restore/observe.ts',
    find: 'const handedOver = (await live.volumesOfRestore(parent.metadata.uid ?? \'\')).filter',
    replace: 'const handedOver = (await live.volumesOfRestore(parent.metadata.uid ?? \'\').catch(() => [])).filter',
    breaks: ['S8', 'goal'],
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
]
