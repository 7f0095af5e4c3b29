import type { RequestLogger } from '@tintype/http'
import type { Config } from '../config/config.ts'
import { addDiskGauges } from './disk-gauges.ts'
import { addSweepGauge, observeDecoders } from './gauges.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { addQuarantineGauges } from './quarantine-gauges.ts'

/** The metrics of one server, and what its parts call when something happens. */
export interface ServerMetrics {
  readonly metrics: Metrics
  readonly onDecoderLost: ReturnType<typeof observeDecoders>
  /** Counts a rendition that was stored, and its bytes. */
  readonly onRendition: (outcome: string, byteSize: number) => void
  /** Bytes of the renditions that were stored. */
  readonly madeByteSize: () => number
  /** Sets the numbers of what is stored. */
  readonly onCounted: (left: { readonly renditions: number; readonly byteSize: number }) => void
  readonly onSwept: () => void
  /** Sets what is in quarantine; absent if that is on disk: then it is measured when it is read. */
  readonly onQuarantine: ReturnType<typeof addQuarantineGauges>
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
  const countRendition = metrics.counter({
    name: 'tintype_renditions_total',
    help: 'Renditions stored',
    label: 'outcome',
    values: ['made', 'adopted', 'replaced'],
  })
  let madeByteSize = 0
  let stored = { renditions: Number.NaN, byteSize: Number.NaN }
  const ofCount = 'by the last count, and those that this server has made since'
  metrics.gauge('tintype_renditions', `Renditions ${ofCount}`, () => stored.renditions)
  metrics.gauge('tintype_rendition_bytes', `Bytes of renditions ${ofCount}`, () => stored.byteSize)
  return {
    metrics,
    madeByteSize: () => madeByteSize,
    onCounted(left) {
      stored = left
    },
    onDecoderLost: observeDecoders(metrics, log),
    onRendition(outcome, byteSize) {
      countRendition(outcome)
      madeByteSize += byteSize
      if (outcome !== 'made') return
      stored = { renditions: stored.renditions + 1, byteSize: stored.byteSize + byteSize }
    },
    onSwept: addSweepGauge(metrics),
    onQuarantine: addQuarantineGauges(metrics, config),
    onStart: metrics.durations(
      'tintype_decode_wait_seconds',
      'How long images waited for a decoder: uploads, views and background work',
      'lane',
    ),
  }
}
