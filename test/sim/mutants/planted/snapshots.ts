import type { Mutant } from '../mutant.ts'

/** Snapshots and the objects that hold them. */
export const SNAPSHOT_MUTANTS: readonly Mutant[] = [
  {
    name: 'users-snapshot-class',
    story: 'Snapshots are made through the user\'s class, whose policy is Delete: whoever deletes the object deletes the data '
      + '(Velero #2975: Argo CD prunes what it does not know; Metacontroller: a child goes with its parent, by omission, by a prune).',
    file: 'hooks/backup/snapshot-class.ts',
    find: 'return twinOf(facts, chosen)',
    replace: 'return { twin: chosen as KubeObject, exists: twinOf(facts, chosen).exists || true }',
    breaks: ['S7'],
  },
  {
    name: 'content-follows-the-record',
    story: 'The content gets the deletion policy that the record has, years before anybody deletes the record '
      + '(KubeBlocks: deletionPolicy Delete by default; #6489 asks to retain).',
    file: 'hooks/backup/content.ts',
    find: 'return [{ type: \'patchContent\', target: contentTarget(content), labels, annotations, deletionPolicy: \'Retain\' }]',
    replace: 'return [{ type: \'patchContent\', target: contentTarget(content), labels, annotations, deletionPolicy: facts.backup.spec.deletionPolicy }]',
    breaks: ['S7'],
  },
  {
    name: 'snapshot-of-today-under-an-old-name',
    story: 'A record that is applied again takes a snapshot of today and calls it by the name of the old one (Velero drops status when it restores a namespace; Holdfast itself, found by reading).',
    file: 'hooks/backup/rules/volume.ts',
    find: 'if (kept === undefined) return undefined',
    replace: 'if (kept?.kind !== \'\') return undefined',
    breaks: ['story'],
  },
  {
    name: 'phantom-snapshot',
    story: 'A VolumeSnapshot is a restore point as long as the object is there, whatever its content came to (Velero #6610, KubeBlocks: Completed and nothing to restore from).',
    file: 'hooks/backup/rebind.ts',
    find: 'if (isUnwell(snapshot) && !facts.observed',
    replace: 'if (isUnwell(snapshot) && facts.finalizing && !facts.observed',
    breaks: ['D', 'story'],
  },
  {
    name: 'empty-volume-of-another-driver',
    story: 'A provisioner that does not know the claim\'s dataSource makes an empty volume, and the restore is good (sig-storage-lib-external-provisioner: canProvision looks at the volume mode only; Holdfast itself, found by reading).',
    file: 'hooks/restore/move.ts',
    find: 'if (another) return failedStep(input, another)',
    replace: 'if (another && input.restore === undefined) return failedStep(input, another)',
    breaks: ['D'],
  },
  {
    name: 'lost-snapshot-stays-lost',
    story: 'A VolumeSnapshot that somebody deleted is not bound again although its data is there (Velero 9581: one that is missing wedges what needs it).',
    file: 'hooks/backup/rebind.ts',
    find: 'return handle && driver && contentName ? missing(facts, volume, contentName) : { volume, children: [], effects: [] }',
    replace: 'return handle && driver && contentName ? { volume, children: [], effects: [] } : { volume, children: [], effects: [] }',
    breaks: ['goal', 'story'],
  },
  {
    name: 'absence-believed-from-a-cache',
    story: 'A VolumeSnapshot that the cache does not show yet is taken for lost, and a second content is made for it '
      + '(Sieve OSDI\'22, stale state; etcd robustness: watches that travel in time).',
    file: 'hooks/backup/rebind.ts',
    find: 'if (!facts.snapshots || facts.unseen[name]) return',
    replace: 'if (!facts.snapshots) return',
    breaks: ['S13', 'goal', 'story'],
  },
  {
    name: 'old-content-dropped-first',
    story: 'The old content goes before the new one is there; a crash between the two leaves nothing that leads to the data (Gemini deletes before it creates).',
    file: 'hooks/backup/rebind.ts',
    find: 'const keep = old ? keepData(facts, volume, old) : []',
    replace: 'const keep = old ? dropContent(facts, volume, old) : []',
    breaks: ['D', 'goal'],
  },
  {
    name: 'what-leaves-still-leads',
    story: 'A content that is going is taken for one that stays, and the new one is dropped for its sake: a snapshot to which nothing leads any more (Holdfast before b4bf402, found by seed 403878).',
    file: 'hooks/backup/rebind.ts',
    find: 'const stays = proof === old && !isLeaving(proof)',
    replace: 'const stays = proof === old',
    breaks: ['D', 'story'],
  },
  {
    name: 'old-content-left-behind',
    story: 'After a snapshot is bound again the old content stays for ever (Velero #9625: contents pile up).',
    file: 'hooks/backup/rebind.ts',
    find: 'if (old && isOwn(facts, volume.pvc, old)) {',
    replace: 'if (old && isOwn(facts, volume.pvc, old) && volume.contentName === undefined) {',
    breaks: ['goal', 'story'],
  },
  {
    name: 'unread-content-is-gone',
    story: 'A read that fails counts as "not there", so a record goes before its snapshots have '
      + '(Metacontroller PR #649: a 500 was taken for an empty answer; KubeBlocks: a transient API error decides for good).',
    file: 'hooks/backup/observe.ts',
    find: 'readAll(contentsToRead(facts), (name) => live.snapshotContent(name))',
    replace: 'readAll(contentsToRead(facts), (name) => live.snapshotContent(name).catch(() => undefined))',
    breaks: ['S8', 'story'],
  },
  {
    name: 'snapshots-left-in-the-storage',
    story: 'Contents are deleted as they are, with Retain: the record goes, the snapshot stays in the storage and is paid for '
      + '(Velero #8282, #9314: users pay for deleted backups).',
    file: 'hooks/backup/deletion-snapshots.ts',
    find: 'return [...release, ...drop]',
    replace: 'return snapshotOfVolume(facts, pvc) ? release.slice(1) : drop',
    breaks: ['S8', 'goal', 'story'],
  },
  {
    name: 'stranger-in-its-place-is-good',
    story: 'A point whose VolumeSnapshot somebody replaced counts as good, and retention relies on it (Holdfast itself, found by reading).',
    file: 'hooks/backup/displaced.ts',
    find: 'return isUnclear ? { ...known, volume } :',
    replace: 'return isUnclear || volume.pvc !== undefined ? { ...known, volume } :',
    breaks: ['goal', 'story'],
  },
]
