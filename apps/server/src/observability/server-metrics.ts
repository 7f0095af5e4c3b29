import type { RequestLogger } from '@tintype/http'
import type { Config } from '../config/config.ts'
import { addDiskGauges } from './disk-gauges.ts'
import { addSweepGauge, observeDecoders } from './gauges.ts'
import { createMetrics, type Metrics } from './metrics.ts'

/** The metrics of one server, and what its parts call when something happens. */
export interface ServerMetrics {
  readonly metrics: Metrics
  readonly onDecoderLost: ReturnType<typeof observeDecoders>
  /** Counts a rendition that was stored. */
  readonly onRendition: (outcome: string) => void
  readonly onSwept: () => void
  /** Notes how long an image waited for its decoder. */
  readonly onStart: (lane: string, waitedMs: number) => void
}

/** Creates the metrics that need no open library. */
export function createServerMetrics(
  config: Config,
  { log, countsProcess }: { readonly log: RequestLogger; readonly countsProcess: boolean },
): ServerMetrics {
  const metrics = createMetrics({ countsProcess })
  addDiskGauges(metrics, config)
  return {
    metrics,
    onDecoderLost: observeDecoders(metrics, log),
    onRendition: metrics.counter('tintype_renditions_total', 'Renditions stored', 'outcome'),
    onSwept: addSweepGauge(metrics),
    onStart: metrics.durations(
      'tintype_decode_wait_seconds',
      'How long images waited for a decoder: uploads, views and background work',
      'lane',
    ),
  }
}
