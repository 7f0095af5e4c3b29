import type { PhotoCatalog } from '@tintype/catalog'
import type { BlobStore } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'
import { createPhotoDeletion } from '../delete-photo.ts'
import type { Finding } from './finding.ts'
import type { Quarantine } from './quarantine/quarantine.ts'

/** What findings are repaired with. */
export interface RepairTools {
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
  /** Removes a file that an upload has left. */
  readonly removeLeftover: (path: string) => Promise<void>
  /** Whether originals that no row names are removed. */
  readonly removesOrphanedOriginals: boolean
  /** Keeps what is left of a broken photo before it is deleted. If absent, broken photos stay. */
  readonly quarantine?: Pick<Quarantine, 'keepBroken'> | undefined
}

/** What was done about a finding. `left` if a person must decide. */
export type Repair =
  | 'removed'
  | 'will be made again'
  | 'quarantined'
  | 'quarantined, as far as it could be read'
  | 'left'

/**
 * Repairs what can be repaired without loss. Leftovers and renditions without a row are removed. Broken renditions are
 * removed with their rows, and the next request makes them again. An original without a row may be all that is left of its
 * photo (threat B184): it is removed only if `removesOrphanedOriginals` is set. A broken photo is deleted only if there is a
 * quarantine. Foreign files, a damaged catalog, and files that only another user may read stay.
 *
 * No server may run on the library in the meantime.
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
      const kept = await tools.quarantine.keepBroken(finding)
      await createPhotoDeletion({ blobs, catalog }).deletePhoto(finding.photo.id)
      return kept === 'all' ? 'quarantined' : 'quarantined, as far as it could be read'
    }
    case 'catalog':
    case 'foreign':
      return 'left'
  }
}
