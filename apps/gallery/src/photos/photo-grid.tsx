import type { Photo } from '@tintype/client'
import { useRef, useState } from 'react'
import { DeleteDialog } from './delete-dialog.tsx'
import { PhotoCard } from './photo-card.tsx'
import type { Photos } from './use-photos.ts'

/** The photos, newest first, with a button that loads more. */
export function PhotoGrid({ photos, isLoading, hasMore, failure, loadMore, remove }: Photos) {
  const [toDelete, setToDelete] = useState<Photo>()
  const list = useRef<HTMLUListElement>(null)
  function closeDialog(): void {
    // the button that had the focus was removed with its photo
    if (toDelete && !photos.includes(toDelete)) list.current?.focus()
    setToDelete(undefined)
  }
  const isEmpty = photos.length === 0 && !hasMore
  return (
    <section aria-label="Gallery" aria-busy={isLoading}>
      {isEmpty && <p className="empty">There are no photos yet. The first one will appear here.</p>}
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without markers */}
      <ul ref={list} className="photos" role="list" aria-label="Photos" tabIndex={-1}>
        {photos.map((photo) => (
          <PhotoCard key={photo.id} photo={photo} onDelete={() => setToDelete(photo)} />
        ))}
      </ul>
      {failure !== undefined && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {hasMore && (
        <button type="button" disabled={isLoading} onClick={() => void loadMore()}>
          {loadLabel(isLoading, failure)}
        </button>
      )}
      {toDelete && <DeleteDialog photo={toDelete} onDelete={remove} onClose={closeDialog} />}
    </section>
  )
}

function loadLabel(isLoading: boolean, failure: string | undefined): string {
  if (isLoading) return 'Loading…'
  return failure === undefined ? 'Load more' : 'Try again'
}
