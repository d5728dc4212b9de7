import { ANNOTATION } from '../../../lib/api.ts'
import { isGone, isReady } from '../scenarios/scenario.ts'
import { repositoryOf } from '../scenarios/objects.ts'
import { annotated, backup, backupObject, restoreObject, until, write } from '../scenarios/steps.ts'
import type { Corner, CornerStep } from './corner.ts'
import { act, apply, check, ends, moverFails, patched, removed, statusEdited, wait } from './steps.ts'

const HERE = { type: 'nfs', url: 'nfs://filer/exports' } as const
const ELSEWHERE = { type: 'nfs', url: 'nfs://filer/elsewhere' } as const

const ready = until('it is ready', 'BackupRepository', 'main', isReady('True'), 1800)
const missing = ends('BackupRepository', 'main', { phase: 'Failed', reason: 'RepositoryMissing' })
const fails = ends('BackupRepository', 'main', { phase: 'Failed', reason: 'ResultLost' })
const asked = patched('Backup', 'first', annotated(ANNOTATION.deleteRequested))
const refused = ends('Backup', 'first', { phase: 'Deleting', reason: 'DeletionFailed' })
const gone = until('the record is gone', 'Backup', 'first', isGone, 1800)
const made = [apply(repositoryOf(HERE)), ready, write('data'), ...backup('first', 'tar')]
const withdrawn = [patched('Backup', 'first', { metadata: { annotations: { [ANNOTATION.deleteRequested]: null } } }), removed('Backup', 'first'), gone]

/** A store that is not the one that was there: nothing is stored in it, and nothing counts as removed because it is not in it. */
export const IDENTITY_CORNERS: readonly Corner[] = [
  {
    name: 'an emptied store takes no new point until a person says that it may', steps: [
      ...made, act(({ cluster, engine }) => cluster.stores.all().forEach(store => store.empty(engine.now()))),
      apply(backupObject('second', 'tar', {})), ends('Backup', 'second', { phase: 'Failed', reason: 'RepositoryMissing' }), stored(0),
      patched('BackupRepository', 'main', { metadata: { annotations: { [ANNOTATION.checkRequested]: '2026-11-21T09:05:00Z' } } }), missing,
      removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone), apply(repositoryOf(HERE)), ready, ...backup('third', 'tar'), stored(1),
      asked, refused, ...withdrawn, stored(1),
    ],
  },
  {
    name: 'where a url was edited nothing is removed, and what is elsewhere stays', steps: [
      ...made, patched('BackupRepository', 'main', { spec: ELSEWHERE }), missing, asked, refused, wait(600), refused, stored(1),
      patched('BackupRepository', 'main', { spec: HERE }), ready, gone, stored(0),
    ],
  },
  {
    name: 'a repository made anew elsewhere removes nothing of the former', steps: [
      ...made, removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone), apply(repositoryOf(ELSEWHERE)), ready, asked, refused, stored(1),
      removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone), apply(repositoryOf(HERE)), ready, gone, stored(0),
    ],
  },
  {
    name: 'likewise when only its Jobs still know which store its data is in', steps: [
      ...made, removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone), apply(repositoryOf(ELSEWHERE)), ready,
      statusEdited('Backup', 'first', { phase: null, reason: null, startTime: null, volumes: null, storeId: null }), ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }), asked, refused, stored(1),
      removed('BackupRepository', 'main'), until('it is gone', 'BackupRepository', 'main', isGone), apply(repositoryOf(HERE)), ready, gone, stored(0),
    ],
  },
  {
    name: 'a store that has moved with all that it holds goes on under its new url', steps: [
      ...made, act(({ cluster: { stores }, engine }) => stores.at('nfs://filer/elsewhere/stage').takeOver(stores.at('nfs://filer/exports/stage'), engine.now())),
      patched('BackupRepository', 'main', { spec: ELSEWHERE }), ready, apply(restoreObject('again', { backup: 'first', volumes: [{ source: 'data', target: 'copy' }] })), ends('Restore', 'again', { phase: 'Completed', reason: 'Completed' }),
      asked, gone, stored(0),
    ],
  },
  {
    name: 'a check that did not tell which store it found is made again before any run', steps: [
      moverFails('check', { end: { exitCode: 0 } }), apply(repositoryOf(HERE)), write('data'), apply(backupObject('first', 'tar', {})), fails, wait(120), ends('Backup', 'first', { phase: 'Queued', reason: 'Queued' }),
      moverFails('check', undefined), ready, ends('Backup', 'first', { phase: 'Completed', reason: 'Completed' }),
    ],
  },
  {
    name: 'a repository of a version before that is not told which store it is stays as it was', restless: 'it is asked again and again', steps: [
      ...made, moverFails('check', { end: { exitCode: 0 } }), statusEdited('BackupRepository', 'main', { storeId: null }), removed('Job', 'main-check-1'), wait(300), ready, ...backup('second', 'tar'),
    ],
  },
  {
    name: 'a repository of a version before is asked which store it is', steps: [
      ...made, statusEdited('BackupRepository', 'main', { storeId: null }), removed('Job', 'main-check-1'),
      until('it is known', 'BackupRepository', 'main', object => (object?.status as { storeId?: string } | undefined)?.storeId !== undefined, 600), ready,
    ],
  },
]

function stored(points: number): CornerStep {
  return check(({ cluster: { stores } }) => stores.points().length === points ? undefined : `${stores.points().length} points are stored, not ${points}`)
}
