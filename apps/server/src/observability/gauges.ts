import type { PhotoCatalog } from '@tintype/catalog'
import type { UploadSlots } from '@tintype/http'
import type { Imaging } from '@tintype/imaging'
import type { PhotoLibrary } from '@tintype/photos'
import type { Metrics } from './metrics.ts'

/** Adds numbers of work in progress and of photos. They are read when `/metrics` is requested. */
export function addGauges(
  metrics: Metrics,
  {
    uploadSlots,
    imaging,
    photos,
    catalog,
  }: {
    uploadSlots: UploadSlots
    imaging: Imaging
    photos: Pick<PhotoLibrary, 'laddersAhead'>
    catalog: PhotoCatalog
  },
): void {
  metrics.gauge('tintype_uploads_in_flight', 'Uploads in progress', () => uploadSlots.inFlight)
  metrics.gauge('tintype_decodes_active', 'Images being decoded', () => imaging.load().active)
  metrics.gauge(
    'tintype_decodes_queued',
    'Images waiting to be decoded, and photos whose ladder is not whole yet',
    () => imaging.load().queued + photos.laddersAhead(),
  )
  metrics.gauge('tintype_decoders', 'Child processes that decode', () => imaging.load().decoders.length)
  metrics.gauge('tintype_photos', 'Photos in the catalog', () => catalog.count())
  if (catalog.isListening)
    metrics.gauge('tintype_listening', 'Whether changes by other servers are heard: 1 or 0', () =>
      Number(catalog.isListening?.()),
    )
}
