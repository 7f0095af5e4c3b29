import type { Photo } from '@tintype/client'
import { useRef, useState } from 'react'
import { DeleteDialog } from './delete-dialog.tsx'
import { PhotoCard } from './photo-card.tsx'
import type { Photos } from './use-photos.ts'

/** The photos, newest first, and a way to more of them. */
export function PhotoGrid({ photos, isLoading, hasMore, failure, loadMore, remove }: Photos) {
  const [doomed, setDoomed] = useState<Photo>()
  const list = useRef<HTMLUListElement>(null)
  function closeDialog(): void {
    // the button that had the focus went with its photo
    if (doomed && !photos.includes(doomed)) list.current?.focus()
    setDoomed(undefined)
  }
  const isEmpty = photos.length === 0 && !hasMore
  return (
    <section aria-label="Gallery" aria-busy={isLoading}>
      {isEmpty && <p className="empty">There are no photos yet. The first one will appear here.</p>}
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the role of a list without markers */}
      <ul ref={list} className="photos" role="list" aria-label="Photos" tabIndex={-1}>
        {photos.map((photo) => (
          <PhotoCard key={photo.id} photo={photo} onDelete={() => setDoomed(photo)} />
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
      {doomed && <DeleteDialog photo={doomed} onDelete={remove} onClose={closeDialog} />}
    </section>
  )
}

function loadLabel(isLoading: boolean, failure: string | undefined): string {
  if (isLoading) return 'Loading…'
  return failure === undefined ? 'Load more' : 'Try again'
}
