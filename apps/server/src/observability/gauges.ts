import type { PhotoCatalog } from '@tintype/catalog'
import type { Listening, Readiness, UploadSlots } from '@tintype/http'
import { decoderLossReasons, type Imaging } from '@tintype/imaging'
import type { Log, PhotoLibrary } from '@tintype/photos'
import type { Metrics } from './metrics.ts'

/** Adds the time of the last sweep. Returns the function that sets it to now. */
export function addSweepGauge(metrics: Metrics): () => void {
  let sweptAtSeconds = 0
  metrics.gauge(
    'tintype_last_sweep_timestamp_seconds',
    'When this server last ended a sweep, in Unix time; 0 if it has not. Of several servers one sweeps',
    () => sweptAtSeconds,
  )
  return () => {
    sweptAtSeconds = Date.now() / 1000
  }
}

/** Returns what logs and counts the loss of a decoder. */
export function observeDecoders(metrics: Metrics, log: Log): (loss: { readonly reason: string }) => void {
  const count = metrics.counter({
    name: 'tintype_decoder_losses_total',
    help: 'Decoders that were lost',
    label: 'reason',
    values: decoderLossReasons,
  })
  return (loss) => {
    count(loss.reason)
    log.warn({ event: 'decoder-lost', ...loss }, 'a decoder was lost')
  }
}

/** Adds the connections of a server that listens. */
export function addConnectionGauge(metrics: Metrics, listening: Listening): void {
  metrics.gauges({
    name: 'tintype_connections',
    help: 'Connections now: active ones have a request that is not answered completely, idle ones have none',
    label: 'state',
    read: async () => ({ ...(await listening.countConnections()) }),
  })
}

/** Adds numbers of work in progress and of photos. They are read when `/metrics` is requested. */
export function addGauges(
  metrics: Metrics,
  {
    uploadSlots,
    imaging,
    photos,
    catalog,
    readiness,
  }: {
    uploadSlots: UploadSlots
    imaging: Imaging
    photos: Pick<PhotoLibrary, 'laddersAhead'>
    catalog: PhotoCatalog
    readiness: Readiness
  },
): void {
  metrics.gauges({
    name: 'tintype_ready',
    help: 'Whether a part passes its check of /readyz: 1 or 0',
    label: 'part',
    async read() {
      const results = Object.entries(await readiness.check())
      return Object.fromEntries(results.map(([part, result]) => [part, Number(result === 'ok')]))
    },
  })
  metrics.gauge('tintype_uploads_in_flight', 'Uploads in progress', () => uploadSlots.inFlight)
  metrics.gauge('tintype_decodes_active', 'Images being decoded', () => imaging.load().active)
  metrics.gauge(
    'tintype_decodes_queued',
    'Images waiting to be decoded, and photos whose ladder is not whole yet',
    () => imaging.load().queued + photos.laddersAhead(),
  )
  metrics.gauges({
    name: 'tintype_decodes_waiting',
    help: 'Images waiting for a decoder now',
    label: 'lane',
    read: async () => ({ ...imaging.load().waiting }),
  })
  metrics.gauge('tintype_decoders', 'Child processes that decode', () => imaging.load().decoders.length)
  metrics.gauge('tintype_photos', 'Photos in the catalog', () => catalog.count())
  if (catalog.isListening)
    metrics.gauge('tintype_listening', 'Whether changes by other servers are heard: 1 or 0', () =>
      Number(catalog.isListening?.()),
    )
}
