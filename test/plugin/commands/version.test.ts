import { readFileSync } from 'node:fs'
import type { KubeObject } from '../../../schemas/generated/types.ts'
import { cliTable } from '../table.ts'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
const hooks: KubeObject = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'holdfast-hooks', namespace: 'holdfast-system' },
  spec: { template: { spec: { containers: [{ image: 'registry:5000/holdfast-hooks:9.9.9' }] } } },
}

cliTable('kubectl backup version', {
  'prints both sides': { args: ['version'], fake: { objects: [hooks] }, stdout: `Client:       ${version}\nHooks:        9.9.9\nHooks image:  registry:5000/holdfast-hooks:9.9.9\nAPI:          holdfast.dev/v1alpha1\nKubernetes:   v1.35.0\n` },
  'says that the hooks are not there': { args: ['version'], stdout: /Hooks: +<not found in namespace holdfast-system>\n/ },
  'needs no cluster for its own': { args: ['version', '--client'], options: { environment: { KUBECONFIG: '/nonexistent' } }, stdout: `Client: ${version}\n` },
  'prints for machines': { args: ['version', '--client', '-o', 'json'], stdout: `{\n    "client": "${version}"\n}\n` },
  'fails when the cluster does not answer': { args: ['version'], fake: { intercept: () => ({ status: 500, body: 'down' }) }, code: 1, stderr: /the API server failed \(500\): down/ },
})
