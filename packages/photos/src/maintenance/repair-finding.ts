import type { PhotoCatalog, PhotoRecord } from '@tintype/catalog'
import type { BlobKey, BlobStore } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'
import { createPhotoDeletion } from '../delete-photo.ts'
import type { Finding } from './finding.ts'

/** A photo whose original is not what it was. */
export interface BrokenPhoto {
  readonly photo: PhotoRecord
  readonly key: BlobKey
}

/** How much was kept of the bytes that are there: `part` where the disk does not give them all. */
export type Kept = 'all' | 'part'

/** What findings are repaired with. */
export interface RepairTools {
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
  /** Removes a file that an upload has left. */
  readonly removeLeftover: (path: string) => Promise<void>
  /** Whether originals that no row names are to go. */
  readonly removesOrphanedOriginals: boolean
  /**
   * Puts what is left of a broken photo aside, durably, before it is deleted. Where it is absent, broken photos stay.
   */
  readonly quarantine?: ((broken: BrokenPhoto) => Promise<Kept>) | undefined
}

/** What was done about a finding. `left` where it is for a person to decide. */
export type Repair =
  | 'removed'
  | 'will be made again'
  | 'quarantined'
  | 'quarantined, as far as it could be read'
  | 'left'

/**
 * Repairs what can be repaired without losing anything: leftovers go, renditions that no row names, and those that are
 * not as they were made, with their rows, so that the next request makes them again. An original without a row may be all
 * that is left of its photo (threat B184), so it goes only where that was asked for; a broken one is put aside where that
 * was asked for. What Tintype did not make stays, a damaged catalog, and what only another user may read.
 *
 * No server may run on the library meanwhile.
 *
 * @throws what store, catalog and tools throw
 */
export async function repairFinding(finding: Finding, tools: RepairTools): Promise<Repair> {
  const { blobs, catalog } = tools
  if ('problem' in finding && finding.problem === 'forbidden') return 'left'
  switch (finding.subject) {
    case 'orphan':
      if (readBlobKey(finding.key)?.kind === 'original' && !tools.removesOrphanedOriginals) return 'left'
      await blobs.delete(finding.key)
      return 'removed'
    case 'leftover':
      await tools.removeLeftover(finding.path)
      return 'removed'
    case 'rendition': {
      const { photoId, name, format } = finding.rendition
      await catalog.deleteRendition(photoId, name, format)
      await blobs.delete(finding.key)
      return 'will be made again'
    }
    case 'original': {
      if (!tools.quarantine) return 'left'
      const kept = await tools.quarantine(finding)
      await createPhotoDeletion({ blobs, catalog }).deletePhoto(finding.photo.id)
      return kept === 'all' ? 'quarantined' : 'quarantined, as far as it could be read'
    }
    case 'catalog':
    case 'foreign':
      return 'left'
  }
}
