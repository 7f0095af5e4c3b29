import type { PhotoId } from '@tintype/contract'
import type { BlobDeletion } from '../../blob-deletion.ts'
import type { PhotoCatalog } from '../../photo-catalog.ts'

/** Runs work of an open catalog. */
type Run = <Result>(work: () => Result) => Promise<Result>

/** Notes of files to be removed, in memory: the methods of the port, and what deletes need. */
export function createMemoryDeletions(run: Run) {
  const noted = new Map<PhotoId, BlobDeletion & { readonly deletedAtMs: number }>()
  const catalog: Pick<PhotoCatalog, 'listBlobDeletions' | 'endBlobDeletion'> = {
    listBlobDeletions: ({ minAgeMs, limit }) =>
      run(() =>
        [...noted.values()]
          .filter(({ deletedAtMs }) => deletedAtMs <= Date.now() - minAgeMs)
          .slice(0, limit)
          .map(({ photoId, format }) => ({ photoId, format })),
      ),
    endBlobDeletion: (id) => run(() => void noted.delete(id)),
  }
  return {
    catalog,
    note(deletion: BlobDeletion): void {
      noted.set(deletion.photoId, { ...deletion, deletedAtMs: Date.now() })
    },
  }
}
