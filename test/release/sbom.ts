import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installPackages } from '../cluster/packages.ts'
import { BASE } from '../cluster/images/recipes.ts'
import { ensureRootfs } from '../cluster/images/rootfs.ts'
import { run } from '../cluster/run.ts'
import { ROOT } from '../tidy/sources.ts'
import { billOfMaterials, systemPackages } from './bom.ts'

/**
 * `npm run sbom`: writes dist/sbom.cdx.json. The mover's image is taken to be the one that tests build (Debian with restic, tar, zstd and a Node of its own);
 * who builds on another BASE gets its packages from that image's own bill of materials.
 */
const say = (line: string): void => void process.stderr.write(`· ${line}\n`)
await installPackages(say)
const { stdout: status } = await run('tar', ['-xOf', await ensureRootfs(BASE, say), './var/lib/dpkg/status'])
const bom = await billOfMaterials(ROOT, systemPackages(status))
mkdirSync(join(ROOT, 'dist'), { recursive: true })
writeFileSync(join(ROOT, 'dist', 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`)
const versions = ['restic', 'tar', 'zstd', 'ca-certificates'].map(name => `${name} ${bom.components.find(one => one.name === name && one.purl?.startsWith('pkg:deb/'))?.version ?? 'MISSING'}`)
console.log(`dist/sbom.cdx.json: ${bom.components.length} components, with ${versions.join(', ')}`)
if (versions.some(version => version.endsWith(' MISSING'))) process.exitCode = 1
