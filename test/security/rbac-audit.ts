import { render, SNAPSHOT_API } from '../charts/render.ts'
import { auditDir } from '../cluster/components/audit.ts'
import { findLayout } from '../cluster/record.ts'
import { UsageCollector } from './audit-log.ts'
import { notExercised } from './not-exercised.ts'
import { permissionsOf, type Permission } from './permission.ts'
import { report, verdictOf } from './rbac-verdict.ts'

const NAMESPACE = 'holdfast-system'

/** Least privilege, proved: what the chart grants against what the API servers of the test clusters saw being used. */
export interface RbacAudit {
  /** Reads the log of a cluster; before it is brought down. A cluster that does not exist has nothing to say. */
  collect(cluster: string, since: Date): Promise<void>
  /** Prints what is granted and not used, and what was refused; false when that must not be. */
  conclude(run: { readonly complete: boolean; readonly metacontrollers: Parameters<typeof notExercised>[0] }): boolean
}

/** Begins an audit. Renders the chart as a cluster with snapshots gets it. */
export async function rbacAudit(): Promise<RbacAudit> {
  const granted: readonly Permission[] = permissionsOf(await render({ namespace: NAMESPACE, apiVersions: [SNAPSHOT_API] }))
  const usage = new UsageCollector(granted, NAMESPACE)
  return {
    collect: async (cluster, since) => {
      const layout = findLayout(cluster)
      if (layout !== undefined) await usage.read(auditDir(layout), since)
    },
    conclude: ({ complete, metacontrollers }) => {
      const { ok, text } = report(verdictOf(granted, usage, notExercised(metacontrollers)), usage, complete)
      console.log(text)
      return ok
    },
  }
}
