const OURS = 'Only a fault of ours ends here: it is thrown on, and the hook answers that it failed.'
const TYPES = 'The types cannot say that it never happens.'

/** Code that no story reaches: by file and beginning of its line, and why it is there all the same. */
export const EXCUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'hooks/backup/movers.ts': { 'if (!(error instanceof UserError)) throw error': OURS },
  'hooks/backup/rebind.ts': {
    'if (handle === undefined) return': 'The driver notes the handle before it says that the snapshot is ready, in one write here as in its sidecar.',
    'if (!isOwn(facts, volume.pvc, content)) return []': 'Who calls it has looked; nothing of another\'s may ever be deleted for a second thought.',
  },
  'hooks/backup/snapshots.ts': {
    'return { volume: { ...volume, contentName: content.metadata.name }, children': 'A VolumeSnapshot has to appear in the second in which its volume is given up, while others of the run go on; test/hooks/backup has it.',
  },
  'hooks/backuppolicy/rules/destination.ts': { 'if (!(error instanceof UserError)) throw error': OURS },
  'hooks/backuppolicy/rules/retention.ts': { '} catch (error) {': 'The pattern in the CRD refuses such a text; an apiserver without structural schemas is none that we support.' },
  'hooks/backuppolicy/view.ts': { 'throw new TransientError': 'Metacontroller sends every group that customize asks for; if a version of it did not, nothing may be taken for absent.' },
  'hooks/backuprepository/decide.ts': { 'if (request.finalizing)': 'This kind has no finalizer in metacontroller/, so it is never called; were it called, it must let go.' },
  'hooks/backuprepository/rules/rules.ts': { 'throw error': OURS },
  'hooks/clusterbackuprepository/decide.ts': { 'if (finalizing)': 'This kind has no finalizer in metacontroller/, so it is never called; were it called, it must let go.' },
  'hooks/effects/create-record.ts': { 'if (!isResourceKind(kind)': OURS, 'if (metadata.ownerReferences !== undefined)': OURS },
  'hooks/effects/execute.ts': { 'default: return unknown(effect)': TYPES },
  'hooks/effects/fenced.ts': { 'throw conflict(answer)': 'No GET is answered with 409.' },
  'hooks/restore/move.ts': { 'if (temporary === undefined)': TYPES },
  'hooks/effects/set-reclaim-policy.ts': { 'if (isDone(volume, effect)) return': 'An effect whose answer was lost is repeated only after a crash: the blows strike there.' },
  'hooks/restore/refused.ts': {
    'if (previous?.phase === \'Completed\'': 'What is taken back after a verdict has to be refused in that very sync; test/hooks/restore/refused.test.ts has it.',
  },
  'hooks/restore/volume.ts': {
    'return { ...step, effects: [...keep': 'Only where the volume was read late is there another effect beside it: while it is found, the mover has not ended yet.',
  },
  'hooks/restore/restore-job.ts': { 'if (backup === undefined || repository === undefined)': 'The rules of the start have refused that before.' },
  'hooks/restore/start.ts': { 'if (job === undefined)': 'The rules of the start have refused that before.' },
}
