/** Flags that several commands share, so that one word means one thing everywhere. */

export const GLOBAL_FLAGS = {
  namespace: { alias: 'n', type: 'string', requiresArg: true, describe: 'Namespace; default is that of the context' },
  context: { type: 'string', requiresArg: true, describe: 'Context of the kubeconfig' },
  kubeconfig: { type: 'string', requiresArg: true, describe: 'Path of the kubeconfig file' },
  as: { type: 'string', requiresArg: true, describe: 'Act as this user' },
  'as-group': { type: 'string', array: true, requiresArg: true, describe: 'Act as a member of this group; may be repeated' },
  'request-timeout': { type: 'string', default: '30s', requiresArg: true, describe: 'How long one request may take; 0 is without limit' },
} as const

export const ALL_NAMESPACES = { 'all-namespaces': { alias: 'A', type: 'boolean', default: false, describe: 'In all namespaces' } } as const

export const SELECTOR = {
  selector: { alias: 'l', type: 'string', requiresArg: true, describe: 'Only objects with these labels, for example app=shop,tier!=web' },
} as const

export const LIST_OUTPUT = {
  output: { alias: 'o', type: 'string', choices: ['json', 'yaml', 'name', 'wide'], requiresArg: true, describe: 'Output format; default is a table' },
} as const

export const WRITE_OUTPUT = {
  output: { alias: 'o', type: 'string', choices: ['json', 'yaml', 'name'], requiresArg: true, describe: 'Print the object in this format' },
} as const

export const DRY_RUN = {
  'dry-run': {
    type: 'string', choices: ['none', 'client', 'server'], default: 'none', requiresArg: true,
    describe: 'client: only print the object; server: let the API server check it without storing it',
  },
} as const

export const WAIT = {
  wait: { type: 'boolean', default: false, describe: 'Wait for the end, with progress on stderr' },
  timeout: { type: 'string', default: '0s', requiresArg: true, describe: 'With --wait: give up waiting after this time, for example 10m; 0 is never' },
} as const

/** Flags whose values are times, in whatever command. */
export const DURATIONS = ['timeout', 'request-timeout'] as const

export const STRATEGIES = ['snapshot', 'external', 'tar', 'custom'] as const
