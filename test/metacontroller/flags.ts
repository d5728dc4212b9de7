import { parseArgs } from 'node:util'
import { parseSelector, type LabelSelector } from './selector.ts'

/** The flags of the real program that the stand-in heeds. The others are accepted, so that one command line serves both. */
export interface Flags {
  readonly kubeconfig: string | undefined
  readonly workers: number
  readonly targetLabelSelector: LabelSelector
  readonly healthProbeBindAddress: string
  readonly metricsAddress: string
  readonly leaderElection: boolean
  readonly leaderElectionNamespace: string
  readonly leaderElectionId: string
}

const HEEDED = {
  'kubeconfig': undefined,
  'workers': '5',
  'target-label-selector': '',
  'health-probe-bind-address': ':8081',
  'metrics-address': ':9999',
  'leader-election': 'false',
  'leader-election-namespace': '',
  'leader-election-id': 'metacontroller',
  'apply-strategy': 'dynamic-apply',
} as const
const ACCEPTED = [
  'discovery-interval', 'cache-flush-interval', 'client-go-qps', 'client-go-burst', 'events-qps', 'events-burst', 'pprof-address',
  'leader-election-resource-lock', 'apply-strategy-ssa-field-manager', 'zap-log-level', 'zap-devel', 'zap-encoder', 'zap-stacktrace-level', 'zap-time-encoding',
]

/** Reads a command line in Go's form: `--name=value`, `--name value`, `-name`, and a bare name for true. */
export function parseFlags(args: readonly string[]): Flags {
  const doubled = args.map(arg => arg.replace(/^-{1,2}(?=[a-z])/, '--')).map(arg => /^--(leader-election|zap-devel)$/.test(arg) ? `${arg}=true` : arg)
  const names = [...Object.keys(HEEDED), ...ACCEPTED]
  const { values } = parseArgs({ args: doubled, options: Object.fromEntries(names.map(name => [name, { type: 'string' as const }])) })
  const value = (name: keyof typeof HEEDED) => values[name] as string | undefined ?? HEEDED[name]
  if (value('apply-strategy') !== 'dynamic-apply') throw new Error('the stand-in knows only --apply-strategy=dynamic-apply')
  return {
    kubeconfig: value('kubeconfig'),
    workers: Number(value('workers')),
    targetLabelSelector: parseSelector(value('target-label-selector') ?? ''),
    healthProbeBindAddress: value('health-probe-bind-address') ?? '0',
    metricsAddress: value('metrics-address') ?? '0',
    leaderElection: value('leader-election') === 'true',
    leaderElectionNamespace: value('leader-election-namespace') ?? '',
    leaderElectionId: value('leader-election-id') ?? '',
  }
}
