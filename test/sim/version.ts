/** What the simulator runs of a version of the hooks: this one, or the one before as a file (test/sim/previous). */
export { executeEffect } from '../../hooks/effects/execute.ts'
export { interpret } from '../../hooks/kubernetes.ts'
export { liveKubernetes } from '../../hooks/live-kubernetes.ts'
export { createMetrics } from '../../hooks/metrics.ts'
export { Problem } from '../../hooks/problem.ts'
export { REGISTRY } from '../../hooks/registry.ts'
export { createHookServer } from '../../hooks/server.ts'
