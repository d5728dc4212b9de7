import module from 'node:module'

module.enableCompileCache?.()
process.stdout.on('error', leaveOnClosedPipe)
process.stderr.on('error', leaveOnClosedPipe)

const { runCli } = await import('./cli/cli.ts')
process.exitCode = await runCli(process.argv.slice(2))

/** `kubectl backup list | head` is not an error. */
function leaveOnClosedPipe (error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit()
  throw error
}
