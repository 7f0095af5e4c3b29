import type { Photo, SystemLimits } from '@tintype/client'
import { useRef } from 'react'
import { type GridHandle, PhotoGrid } from '../grid/photo-grid.tsx'
import { Lightbox } from '../lightbox/lightbox.tsx'
import { useFarPhoto } from '../lightbox/use-far-photo.ts'
import { useLinkedPhoto } from '../lightbox/use-linked-photo.ts'
import { preloadPhotoSwipe } from '../lightbox/use-photo-swipe.ts'
import { DeletionToast } from './deletion-toast.tsx'
import { EmptyGallery } from './empty-gallery.tsx'
import { useDeletions } from './use-deletions.ts'
import type { Photos } from './use-photos.ts'
import { useShownPhotos } from './use-shown-photos.ts'

interface GalleryProps {
  readonly photos: Photos
  readonly limits: SystemLimits | undefined
  readonly notify: (sentence: string) => void
}

/** How many photos before the last one the next page is loaded. */
const aheadCount = 5

/** The grid of photos, and the photo that is open. */
export function Gallery({ photos: { photos: loaded, ...loading }, limits, notify }: GalleryProps) {
  const grid = useRef<GridHandle>(null)
  const deletions = useDeletions({ notify })
  const { photos, change } = useShownPhotos(loaded, deletions.hiddenIds)
  const linked = useLinkedPhoto()
  const at = photos.findIndex(({ id }) => id === linked.id)
  const far = useFarPhoto({
    id: at < 0 && !loading.isLoading ? linked.id : undefined,
    onFailure(sentence) {
      linked.close()
      notify(sentence)
    },
  })
  const open = photos[at] ?? far

  function remove(photo: Photo): void {
    const neighbour = photos[at + 1] ?? photos[at - 1]
    deletions.remove([photo])
    if (neighbour && photo.id !== far?.id) linked.move(neighbour.id)
    else linked.close()
  }
  function move(to: Photo): void {
    linked.move(to.id)
    if (photos.indexOf(to) > photos.length - aheadCount && loading.hasMore && !loading.isLoading)
      void loading.loadMore()
  }
  function close(): void {
    linked.close()
    if (open) grid.current?.focus(open)
  }
  const toast = <DeletionToast {...deletions} />
  const isEmpty = photos.length === 0 && !loading.hasMore
  return (
    <>
      {isEmpty ? (
        <EmptyGallery limits={limits} />
      ) : (
        <PhotoGrid
          {...loading}
          photos={photos}
          onOpen={({ id }) => linked.open(id)}
          onPoint={preloadPhotoSwipe}
          handle={grid}
        />
      )}
      {open ? (
        <Lightbox
          photos={at < 0 ? [open] : photos}
          at={Math.max(0, at)}
          onMove={move}
          onChange={change}
          onDelete={remove}
          onClose={close}
        >
          {toast}
        </Lightbox>
      ) : (
        toast
      )}
    </>
  )
}
