/** Counters of the server, in Prometheus' text format. Labels are bounded: never an object's name. */
export interface Metrics {
  /** One answered request. `seconds` is its duration. */
  request(labels: { readonly kind: string; readonly hook: string; readonly code: number }, seconds: number): void
  effect(type: string, outcome: 'done' | 'failed'): void
  text(): string
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Histogram {
  readonly buckets: number[]
  sum: number
  count: number
}

/** Metrics of one process, all at zero. */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>()
  const durations = new Map<string, Histogram>()
  const effects = new Map<string, number>()
  return {
    request: ({ kind, hook, code }, seconds) => {
      increment(requests, `kind="${kind}",hook="${hook}",code="${code}"`)
      observe(durations, `kind="${kind}",hook="${hook}"`, seconds)
    },
    effect: (type, outcome) => increment(effects, `type="${type}",outcome="${outcome}"`),
    text: () => [
      ...counter('holdfast_hook_requests_total', 'Requests answered.', requests),
      ...histogram('holdfast_hook_duration_seconds', 'Time from the request to its answer.', durations),
      ...counter('holdfast_hook_effects_total', 'Effects executed.', effects),
      ...gauge('process_resident_memory_bytes', 'Resident memory of the process.', process.memoryUsage.rss()),
      ...gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', Math.round(performance.timeOrigin / 1000)),
    ].join('\n') + '\n',
  }
}

function increment(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1)
}

function observe(durations: Map<string, Histogram>, labels: string, seconds: number): void {
  const known = durations.get(labels) ?? { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 }
  durations.set(labels, known)
  const bucket = BUCKETS.findIndex(limit => seconds <= limit)
  if (bucket >= 0) known.buckets[bucket] = (known.buckets[bucket] ?? 0) + 1
  known.sum += seconds
  known.count += 1
}

function counter(name: string, help: string, counts: ReadonlyMap<string, number>): readonly string[] {
  return [...head(name, help, 'counter'), ...[...counts].map(([labels, count]) => `${name}{${labels}} ${count}`)]
}

function gauge(name: string, help: string, value: number): readonly string[] {
  return [...head(name, help, 'gauge'), `${name} ${value}`]
}

function histogram(name: string, help: string, durations: ReadonlyMap<string, Histogram>): readonly string[] {
  return [...head(name, help, 'histogram'), ...[...durations].flatMap(([labels, known]) => series(name, labels, known))]
}

/** Buckets are cumulative in the text, single here. */
function series(name: string, labels: string, { buckets, sum, count }: Histogram): readonly string[] {
  let below = 0
  const lines = BUCKETS.map((limit, index) => `${name}_bucket{${labels},le="${limit}"} ${below += buckets[index] ?? 0}`)
  return [...lines, `${name}_bucket{${labels},le="+Inf"} ${count}`, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`]
}

function head(name: string, help: string, type: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}
