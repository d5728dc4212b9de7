import type { ApiServer } from '../api/api.ts'
import type { Engine } from '../engine.ts'
import type { Faults } from '../faults.ts'
import { createDisks, type Disks } from '../store/disks.ts'
import { createStores, type Stores } from '../store/stores.ts'
import { startClaims } from './claims.ts'
import { startContents } from './contents.ts'
import { startCronJobs } from './cron-jobs.ts'
import { createEvents, type Events } from './events.ts'
import { startJobs } from './jobs.ts'
import type { Mishaps } from './mishaps.ts'
import { startPods } from './pods.ts'
import { startProtection } from './protection.ts'
import { startSnapshots } from './snapshots.ts'
import { startTtl } from './ttl.ts'
import { startVolumes } from './volumes.ts'

/** A Kubernetes cluster at work, with its storage and all backup repositories in the world. */
export interface Cluster {
  readonly api: ApiServer
  readonly engine: Engine
  readonly faults: Faults
  /** What really is on volumes and in driver snapshots. */
  readonly disks: Disks
  /** What really is in the repositories. */
  readonly stores: Stores
  /** Placed by hand. @default none */
  readonly mishaps: Mishaps
}

/** What controllers get besides. */
export interface Inside extends Cluster {
  readonly events: Events
}

/** Starts all controllers; they live as long as the engine. It makes no object by itself: classes, namespaces and claims are others'. */
export function startCluster({ api, engine, faults }: Pick<Cluster, 'api' | 'engine' | 'faults'>): Cluster {
  const cluster: Inside = { api, engine, faults, disks: createDisks(), stores: createStores(), mishaps: {}, events: createEvents(api, engine) }
  startJobs(cluster)
  startPods(cluster)
  startTtl(cluster)
  startCronJobs(cluster)
  startClaims(cluster)
  startVolumes(cluster)
  startProtection(cluster)
  startSnapshots(cluster)
  startContents(cluster)
  return cluster
}
