/** Labels and annotations of a mover's pod. */
export interface PodMetadata {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * What a mover's pod bears besides its own labels: an autoscaler that evicts it makes it begin anew, and a proxy that a service mesh adds runs on
 * when the mover has ended, so that the Job never does (istio/istio#11045, linkerd/linkerd2#1869).
 *
 * @param hasUserCode with a command of the user, who may reach a database through the mesh only: the mesh may have its way.
 */
export function podMetadata(labels: PodMetadata['labels'], hasUserCode: boolean): PodMetadata {
  if (hasUserCode) return { labels, annotations: UNDISTURBED }
  return { labels: { ...labels, ...OUTSIDE_MESH.labels }, annotations: { ...UNDISTURBED, ...OUTSIDE_MESH.annotations } }
}

const UNDISTURBED = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
}

/** Istio and Kuma ask labels, Linkerd and Consul annotations; older Istios annotations too. */
const OUTSIDE_MESH: PodMetadata = {
  labels: { 'sidecar.istio.io/inject': 'false', 'kuma.io/sidecar-injection': 'disabled' },
  annotations: { 'sidecar.istio.io/inject': 'false', 'linkerd.io/inject': 'disabled', 'consul.hashicorp.com/connect-inject': 'false' },
}
