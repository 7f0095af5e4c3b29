import type { PhotoCatalog } from '@tintype/catalog'
import type { Imaging } from '@tintype/imaging'
import type { Admission } from './admission.ts'
import type { Metrics } from './metrics.ts'

/** Shows how much is under way and how much there is, read when metrics are asked for. */
export function addGauges(
  metrics: Metrics,
  { admission, imaging, catalog }: { admission: Admission; imaging: Imaging; catalog: PhotoCatalog },
): void {
  metrics.gauge('tintype_uploads_in_flight', 'Uploads under way', () => admission.inFlight)
  metrics.gauge('tintype_decodes_active', 'Images being decoded', () => imaging.load().active)
  metrics.gauge('tintype_decodes_queued', 'Images waiting to be decoded', () => imaging.load().queued)
  metrics.gauge('tintype_decoders', 'Child processes that decode', () => imaging.load().decoders.length)
  metrics.gauge('tintype_photos', 'Photos in the catalog', () => catalog.count())
}
