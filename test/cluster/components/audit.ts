import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Layout } from '../layout.ts'

/** The product's ServiceAccounts are in this namespace; whoever else asks is not recorded. */
const PRODUCT = 'holdfast-system'

/** Who asked for what, and what became of it: no bodies, so no contents. One event a request, when it ends or, for a watch, when it begins. */
const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', userGroups: [`system:serviceaccounts:${PRODUCT}`], omitManagedFields: true }, { level: 'None' }],
}

/** Folder of a cluster's audit logs: `audit.log` and what was rotated out, JSON lines. */
export function auditDir(layout: Pick<Layout, 'stateDir'>): string {
  return join(layout.stateDir, 'audit')
}

/** Called before each start of the API server. */
export function writeAuditPolicy(layout: Layout): void {
  mkdirSync(auditDir(layout), { recursive: true, mode: 0o700 })
  writeFileSync(policyFile(layout), JSON.stringify(POLICY, undefined, 2))
}

/** Every request waits for its line (mode blocking, the default), so none is lost. */
export function auditFlags(layout: Layout): string[] {
  return [
    `--audit-policy-file=${policyFile(layout)}`, `--audit-log-path=${join(auditDir(layout), 'audit.log')}`, '--audit-log-format=json',
    '--audit-log-maxsize=200', '--audit-log-maxbackup=4',
  ]
}

function policyFile(layout: Layout): string {
  return join(auditDir(layout), 'policy.json')
}
