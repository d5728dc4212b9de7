import type { KubeObject } from '../schemas/generated/types.ts'
import { LABEL, MANAGED_BY } from './api.ts'

/** What the name of each VolumeSnapshotClass begins with that we make beside a user's. */
export const TWIN_PREFIX = 'holdfast-retain'

/** Whether a VolumeSnapshotClass is one of our twins, by its label or, when somebody took that away, by its name. */
export const isRetainTwin = ({ metadata }: KubeObject): boolean =>
  metadata.labels?.[LABEL.managedBy] === MANAGED_BY || metadata.name.startsWith(`${TWIN_PREFIX}-`)
