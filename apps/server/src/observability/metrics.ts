import { errorTable } from '@tintype/contract'
import type { Observation, RequestMetrics } from '@tintype/http'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { collectProcessMetrics } from './collect-process-metrics.ts'

/** Metrics for Prometheus. Labels are patterns and codes, never paths or names, so that their number is bounded. */
export interface Metrics extends RequestMetrics {
  /** Adds a number that is read for each request of the metrics. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  /** Adds numbers that are read together for each request of the metrics, one for each value of a label. */
  gauges(options: LabelledGauge): void
  /** Adds a number that only grows, for each value of a label. Returns the function that counts one more. */
  counter(options: LabelledCounter): (value: string) => void
  /** Adds a distribution of durations, for each value of a label. Returns the function that adds one. */
  durations(name: string, help: string, label: string): (value: string, durationMs: number) => void
}

/** Numbers that differ in one label. */
export interface LabelledGauge {
  readonly name: string
  readonly help: string
  readonly label: string
  /** The number for each value of the label. If it fails, there is none. */
  readonly read: () => Promise<Readonly<Record<string, number>>>
}

/** Numbers that only grow, and differ in one label. */
export interface LabelledCounter {
  readonly name: string
  readonly help: string
  readonly label: string
  /** Values of the label that are there from the start, at 0: the first event is an increase only then. */
  readonly values: readonly string[]
}

/** Clients choose the method, and Node accepts three dozen; all others share one label. */
const methods = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'])

/** Requests that are counted together. It takes a fraction of a millisecond. */
const maxObserved = 200

/** Creates metrics of every observed request, and of this process if `countsProcess` is set. */
export function createMetrics({ countsProcess }: { readonly countsProcess: boolean }): Metrics {
  const registry = new Registry()
  if (countsProcess) collectProcessMetrics(registry)
  const registers = [registry]
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({
    name: 'tintype_requests_total',
    help: 'Answered requests',
    labelNames,
    registers,
  })
  const duration = new Histogram({
    name: 'tintype_request_duration_seconds',
    help: 'From the request line to the end of the answer',
    labelNames: ['method', 'route'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers,
  })
  const received = new Counter({
    name: 'tintype_received_bytes_total',
    help: 'Declared body bytes',
    registers,
  })
  const errors = new Counter({
    name: 'tintype_errors_total',
    help: 'Requests and calls that were answered with an error',
    labelNames: ['code'] as const,
    registers,
  })
  // from the start, because Prometheus sees no increase in a series that begins with its first event
  for (const code of Object.keys(errorTable)) errors.inc({ code }, 0)
  const sent = new Counter({ name: 'tintype_sent_bytes_total', help: 'Declared answer bytes', registers })

  function count({ method: named, route, status, bytesIn = 0, bytesOut, durationMs }: Observation): void {
    const method = methods.has(named) ? named : 'other'
    requests.inc({ method, route, status })
    duration.observe({ method, route }, durationMs / 1000)
    received.inc(bytesIn)
    sent.inc(bytesOut)
  }

  /** Requests that are not counted yet. To count many in turn takes a third as long for each. */
  let observed: Observation[] = []
  function countObserved(): void {
    for (const one of observed) count(one)
    observed = []
  }

  return {
    observe(request) {
      observed.push(request)
      if (observed.length === maxObserved) countObserved()
    },
    countError: (code) => errors.inc({ code }),
    async render() {
      countObserved()
      return { text: await registry.metrics(), contentType: registry.contentType }
    },
    counter({ name, help, label, values }) {
      const counter = new Counter({ name, help, labelNames: [label], registers })
      for (const value of values) counter.inc({ [label]: value }, 0)
      return (value) => counter.inc({ [label]: value })
    },
    durations(name, help, label) {
      const buckets = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30]
      const histogram = new Histogram({ name, help, labelNames: [label], buckets, registers })
      return (value, durationMs) => histogram.observe({ [label]: value }, durationMs / 1000)
    },
    gauges({ name, help, label, read }) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        async collect() {
          this.reset()
          const numbers = await read().catch(() => ({}))
          for (const [value, number] of Object.entries(numbers)) this.set({ [label]: value }, number)
        },
      })
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          // One number that cannot be read must not hide the others.
          this.set(await ask(read).catch(() => Number.NaN))
        },
      })
    },
  }
}

/** An error that is thrown at once becomes a rejection too. */
async function ask(read: () => number | Promise<number>): Promise<number> {
  return read()
}
