import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { canRunNode } from '../cluster/can-run.ts'
import { ROOT } from '../tidy/sources.ts'
import type { Bom } from './bom.ts'

const able = canRunNode()

/** What the mover starts, or needs in order to reach a store, and packages of ours that each program is bundled with. */
const PROGRAMS = ['restic', 'tar', 'zstd', 'ca-certificates']
const PACKAGES = ['express', '@kubernetes/client-node', '@aws-sdk/client-s3', 'yargs']

test('npm run sbom tells the programs in the image of the mover, each with its version', { skip: !able.ok && able.reason }, () => {
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env
  const said = execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  assert.doesNotMatch(said, /MISSING/)
  const { components } = JSON.parse(readFileSync(join(ROOT, 'dist', 'sbom.cdx.json'), 'utf8')) as Bom
  const versions = (kind: string, name: string) => components.filter(({ purl = '' }) => purl.startsWith(`pkg:${kind}/${name.replace('@', '%40')}@`)).map(({ version }) => version)
  for (const name of PROGRAMS) assert.match(versions('deb', `debian/${name}`).join(), /^\d[^,]*$/, name)
  assert.match(versions('github', 'nodejs/node').join(), /^24\.\d+\.\d+$/, 'node')
  for (const name of PACKAGES) assert.match(versions('npm', name).join(), /^\d[^,]*$/, name)
  assert.match(said, new RegExp(`^dist/sbom\\.cdx\\.json: ${components.length} components`, 'm'))
})
