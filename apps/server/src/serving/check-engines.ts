import type { PhotoCatalog } from '@tintype/catalog'
import { createReadiness, type Readiness, type RequestLogger } from '@tintype/http'
import type { Imaging } from '@tintype/imaging'
import type { BlobStore, Staging } from '@tintype/storage'

/** The checks of `GET /readyz`, by name: each fails with the error that an upload would get now. */
export function checkEngines(engines: {
  readonly blobs: Pick<BlobStore, 'probe'>
  readonly staging: Pick<Staging, 'probe'>
  readonly catalog: Pick<PhotoCatalog, 'probe'>
  readonly imaging: Pick<Imaging, 'assertTurn'>
  readonly log: RequestLogger
}): Readiness {
  const { blobs, staging, catalog, imaging, log } = engines
  const probes = {
    storage: () => blobs.probe(),
    staging: () => staging.probe(),
    catalog: () => catalog.probe(),
    decoders: async () => imaging.assertTurn(),
  }
  return createReadiness({ probes, log })
}
