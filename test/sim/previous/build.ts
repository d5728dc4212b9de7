import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

// Run when a version has been released: from then on it is the one that people upgrade from.
await build({
  entryPoints: [fileURLToPath(new URL('../version.ts', import.meta.url))],
  outfile: fileURLToPath(new URL('hooks.mjs', import.meta.url)),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  minifyWhitespace: true,
})
