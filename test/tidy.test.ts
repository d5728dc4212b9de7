import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import test from 'node:test'
import { functionsOf, paths, ROOT, sources, type Source } from './tidy/sources.ts'

const TOP = new Set([
  'hooks', 'lib', 'mover', 'plugin', 'metacontroller', 'charts', 'schemas', 'test', 'docs', 'changelog', '.ci',
  'package.json', 'package-lock.json', 'README.md', 'Containerfile', 'tsconfig.json', '.gitignore', '.npmrc', '.containerignore', 'LICENSE',
])
const PROGRAMS = ['hooks', 'mover', 'plugin'] as const
const code = sources('.ts', '.mjs')
const shipped = code.filter(source => /^(hooks|lib|mover|plugin)\//.test(source.path))

/** Files that must stay pure: the core of every hook, and lib. */
const PURE = /^(lib\/|hooks\/jobs\/|hooks\/[a-z]+\/(rules\/|(decide|children|status|finalize|customize|schedule|retention|deletion|snapshots)[a-z-]*\.ts))/
const IMPURE = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\basync\b|\bawait\b|from 'node:(?!crypto)|\bfetch\(|\bconsole\./

/** Each rule: a sentence, and what breaks it. */
const rules: readonly { readonly rule: string; readonly broken: () => readonly string[] }[] = [
  { rule: 'the top level holds only the folders and files that the design names', broken: () => [...new Set(paths().map(path => path.split('/')[0] ?? ''))].filter(name => !TOP.has(name)) },
  { rule: 'a file has at most 250 lines', broken: () => code.filter(source => source.lines.length > 251).map(source => `${source.path} has ${source.lines.length}`) },
  { rule: 'a line has at most 160 columns, but for messages to people', broken: () => eachLine(shipped, line => line.length > 160 && !/(['`]).{50,}\1/.test(line)) },
  { rule: 'a function has at most 40 lines', broken: () => eachFunction(shipped, found => found.length > 40) },
  { rule: 'a function has at most 3 positional parameters', broken: () => eachFunction(shipped, found => found.parameters > 3) },
  { rule: 'an exported function comes before its helpers', broken: () => shipped.filter(helperFirst).map(source => source.path) },
  { rule: 'an exported function has a doc comment', broken: () => eachFunction(shipped, (found, source) => found.exported && !documented(source, found.line)) },
  { rule: 'the core is pure: no clock, random, environment, I/O or async', broken: () => eachLine(shipped.filter(source => PURE.test(source.path)), line => IMPURE.test(withoutComment(line))) },
  { rule: 'lib imports nothing of ours but schemas', broken: () => eachLine(under('lib'), line => /from '(\.\.\/)+(hooks|mover|plugin|test)\//.test(line)) },
  { rule: 'hooks, mover and plugin do not import one another, nor tests', broken: () => PROGRAMS.flatMap(program => eachLine(under(program), line => importsOther(line, program))) },
  { rule: 'cloud SDKs are imported only under mover/stores', broken: () => eachLine(shipped.filter(source => !source.path.startsWith('mover/stores/')), line => /from '@aws-sdk|import\('@aws-sdk/.test(line)) },
  { rule: 'no any', broken: () => eachLine(code, line => /(:|<|as|\|) ?any\b(?!\.)/.test(withoutComment(line)) && !/['"`/].*\bany\b/.test(line)) },
  { rule: 'no unfinished marks, no skipped or only tests', broken: () => eachLine(code.filter(source => source.path !== 'test/tidy.test.ts'), line => /TODO|FIXME|XXX|\.todo\(|\.only\(|not implemented/.test(line)) },
  { rule: 'file names are kebab-case and say their noun', broken: () => code.map(source => source.path).filter(path => !/^[a-z0-9-]+(\.test)?\.(ts|mjs)$/.test(basename(path)) || /^(utils?|helpers?|misc|common)\.ts$/.test(basename(path))) },
  { rule: 'a test stands where its source stands', broken: () => code.map(source => source.path).filter(path => /^test\/(hooks|lib|mover|plugin|schemas)\/.*\.test\.ts$/.test(path) && !hasSource(path)) },
  { rule: 'a module has a test beside its path or in its folder', broken: () => shipped.map(source => source.path).filter(path => !hasTest(path)) },
  { rule: 'no path of a machine and no host of a registry is named', broken: () => eachLine(sources('.ts', '.mjs', '.md', '.yaml', '.json', '.tpl').filter(notLock), line => /(^|[^\w.])\/(work|root)\/|https?:\/\/(registry|proxy|deb|repo|index|static|files)\.(?!test)/.test(line)) },
  { rule: 'every reason in the enum is used by the product', broken: unusedReasons },
]

for (const { rule, broken } of rules) {
  test(rule, () => assert.deepEqual(broken(), []))
}

function under(folder: string): readonly Source[] {
  return shipped.filter(source => source.path.startsWith(`${folder}/`))
}

function eachLine(files: readonly Source[], bad: (line: string) => boolean): readonly string[] {
  return files.flatMap(source => source.lines.flatMap((line, index) => bad(line) ? [`${source.path}:${index + 1} ${line.trim().slice(0, 100)}`] : []))
}

function eachFunction(files: readonly Source[], bad: (found: ReturnType<typeof functionsOf>[number], source: Source) => boolean): readonly string[] {
  return files.flatMap(source => functionsOf(source).filter(found => bad(found, source))
    .map(found => `${source.path}:${found.line} ${found.name} (${found.length} lines, ${found.parameters} parameters)`))
}

function helperFirst(source: Source): boolean {
  const top = functionsOf(source).filter(found => /^(export |async |function|const)/.test(source.lines[found.line - 1] ?? ''))
  return top.some(found => found.exported) && top[0]?.exported === false
}

/** In folders of rules the table that lists them has the comment; the name of a rule says the rest. */
function documented(source: Source, line: number): boolean {
  return /\*\/\s*$/.test(source.lines[line - 2] ?? '') || source.path.includes('/rules/')
}

function withoutComment(line: string): string {
  return line.replace(/^\s*(\/?\*|\/\/).*$/, '').replace(/\s\/\/ .*$/, '')
}

function importsOther(line: string, program: string): boolean {
  const match = /(?:from|import\() ?'(?:\.\.\/)+(hooks|mover|plugin|test)\//.exec(line)
  return match !== null && match[1] !== program
}

/** A test of a whole program has a folder of its own helpers instead. */
function hasSource(path: string): boolean {
  const stem = path.replace(/^test\//, '').replace(/\.test\.ts$/, '')
  return existsSync(`${ROOT}${stem}.ts`) || existsSync(`${ROOT}${stem}`) || existsSync(`${ROOT}test/${stem}`)
}

/** A test file of its own, one of its folder, or (for a folder of small parts) the folder's. */
function hasTest(path: string): boolean {
  const stem = path.replace(/\.ts$/, '')
  const folders = stem.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'))
  return existsSync(`${ROOT}test/${stem}.test.ts`) || folders.some(folder => folder.includes('/') && existsSync(`${ROOT}test/${folder}`)) || /\/(main|hook|live|api|reasons|errors)$/.test(stem)
}

function notLock(source: Source): boolean {
  return !source.path.endsWith('package-lock.json')
}

function unusedReasons(): readonly string[] {
  const text = shipped.filter(source => source.path !== 'lib/reasons.ts').map(source => source.text).join('\n')
  const declared = shipped.find(source => source.path === 'lib/reasons.ts')?.text.match(/'(\w+)'/g) ?? []
  return declared.filter(reason => !text.includes(reason))
}
