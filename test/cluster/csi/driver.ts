/** What one driver process is told on its command line. */
export interface Driver {
  /** As in the CSIDriver object. */
  name: string
  nodeId: string
  /** Where the sidecars and the kubelet reach it. */
  socket: string
  /** Where the kubelet's plugin watcher finds it. */
  registration: string
  /** Folder of volumes and snapshots; `switch.json` lies in it. */
  data: string
  /** Folder of csi.proto and registration.proto. */
  protos: string
  snapshots: boolean
}

/** One node, so one topology segment. */
export function topology(driver: Driver): object {
  return { segments: { [`${driver.name}/node`]: driver.nodeId } }
}
