import type { PhotoCatalog } from '@tintype/catalog'
import type { PhotoId } from '@tintype/contract'
import type { Imaging } from '@tintype/imaging'
import type { BlobStore, Staging } from '@tintype/storage'
import type { UploadLimits } from '../limits.ts'
import type { Log } from '../log.ts'

/** What an upload needs to become a photo. */
export interface IngestDependencies {
  readonly staging: Staging
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
  readonly imaging: Imaging
  /** Whether an upload is answered when it has been decoded, or by its header alone. `decode` if absent. */
  readonly inspection?: 'decode' | 'header' | undefined
  readonly limits: UploadLimits
  readonly log: Log
  readonly newPhotoId: () => PhotoId
}
