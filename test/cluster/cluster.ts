import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotRunNode, canRunNode } from './can-run.ts'
import { ensureBinaries } from './binaries.ts'
import { apiServer, BASE, CLIENTS, SIDECARS } from './components/all.ts'
import type { Component } from './components/component.ts'
import { MINIO_PASSWORD, MINIO_USER, driverData } from './components/storage.ts'
import { writeKubeconfigs } from './kubeconfigs.ts'
import type { Layout } from './layout.ts'
import { locked } from './lock.ts'
import { createNetwork } from './network.ts'
import { applyObjects, applySnapshotClasses, untilDriversRegistered } from './objects.ts'
import { installPackages } from './packages.ts'
import { importPause } from './pause.ts'
import { createPki } from './pki.ts'
import { claimLayout } from './record.ts'
import { startComponent } from './start.ts'
import { healthOf } from './status.ts'

export interface UpOptions {
  /** Default `default`. */
  name?: string
  /** Gets one line for each step; default: nothing is said. */
  progress?: (line: string) => void
}

/** A running cluster. */
export interface Cluster {
  name: string
  /** Admin's. */
  kubeconfig: string
  context: string
  /** kubectl, helm and all others: put it on PATH. */
  binDir: string
  nodeName: string
  /** Of MinIO, from pods and from the machine alike. */
  minioEndpoint: string
  minioUser: string
  minioPassword: string
  /** The machine, as pods see it: what a test listens on for calls from pods. */
  hostAddress: string
  /** Write `{"CreateSnapshot": "fail: why" | "hang" | "delay:5"}` here; delete it to mend the driver. */
  csiSwitch: string
  layout: Layout
}

/**
 * Brings a cluster up from whatever is there: nothing, a whole one (answers at once), one with dead components, what a crash left.
 * Throws CannotRunNode where no node can run.
 */
export async function up(options: UpOptions = {}): Promise<Cluster> {
  const can = canRunNode()
  if (!can.ok) throw new CannotRunNode(can.reason)
  const name = options.name ?? 'default'
  const progress = options.progress ?? (() => {})
  await installPackages(progress)
  const layout = await locked('.build', async () => claimLayout(name, await ensureBinaries(progress)))
  await locked(name, async () => {
    if (!await isWhole(layout)) await bringUp(layout, progress)
  })
  return describe(layout)
}

/** The facts of a cluster that is up. */
export function describe(layout: Layout): Cluster {
  return {
    name: layout.name,
    kubeconfig: layout.kubeconfig,
    context: `holdfast-${layout.name}`,
    binDir: layout.binDir,
    nodeName: layout.nodeName,
    minioEndpoint: `http://${layout.nodeAddress}:9000`,
    minioUser: MINIO_USER,
    minioPassword: MINIO_PASSWORD,
    hostAddress: layout.hostAddress,
    csiSwitch: `${driverData(layout, 'csi')}/switch.json`,
    layout,
  }
}

async function bringUp(layout: Layout, progress: (line: string) => void): Promise<void> {
  const started = performance.now()
  progress(`cluster ${layout.name}: network and keys`)
  await Promise.all([createNetwork(layout), createPki(layout)])
  writeKubeconfigs(layout)
  progress('etcd, containerd, MinIO, CSI drivers')
  await startAll(layout, BASE)
  progress('API server')
  await Promise.all([startComponent(layout, apiServer), importPause(layout)])
  progress('kubelet, controllers, scheduler, proxy, DNS')
  await Promise.all([startAll(layout, CLIENTS), applyObjects(layout)])
  progress('snapshot controller, CSI sidecars')
  await Promise.all([startAll(layout, SIDECARS), applySnapshotClasses(layout), untilDriversRegistered(layout)])
  writeFileSync(wholeMark(layout), '')
  progress(`ready after ${Math.round((performance.now() - started) / 1000)} s`)
}

/** All components serve, and an earlier `up` came to its end. */
async function isWhole(layout: Layout): Promise<boolean> {
  return existsSync(wholeMark(layout)) && (await healthOf(layout)).every((one) => one.ready)
}

function wholeMark(layout: Layout): string {
  return join(layout.stateDir, 'whole')
}

async function startAll(layout: Layout, components: readonly Component[]): Promise<void> {
  await Promise.all(components.map((component) => startComponent(layout, component)))
}
