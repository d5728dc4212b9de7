/** What to do where files refuse the mover: `advice`, which is to run as root, unless it does so already. */
export function orRoot(advice: string, uid = process.getuid?.()): string {
  if (uid !== 0) return advice
  return 'The mover is root already, so if permissions are the cause, the file server or SELinux refuses it (NFS: export with no_root_squash).'
}
