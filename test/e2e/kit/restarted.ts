interface Container { readonly name: string; readonly restartCount?: number }

/** What of a pod tells whether its containers were started again. */
export interface Pod {
  readonly metadata: { readonly name: string }
  readonly status?: { readonly [kind in 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses']?: readonly Container[] }
}

/** The containers that have an earlier log. */
export function restarted(pods: readonly Pod[]): readonly { readonly pod: string; readonly container: string }[] {
  return pods.flatMap(({ metadata, status = {} }) => [status.initContainerStatuses, status.containerStatuses, status.ephemeralContainerStatuses]
    .flatMap(containers => (containers ?? []).filter(({ restartCount = 0 }) => restartCount > 0).map(({ name }) => ({ pod: metadata.name, container: name }))))
}
