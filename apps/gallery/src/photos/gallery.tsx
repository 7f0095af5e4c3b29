import type { Photo, SystemLimits } from '@tintype/client'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { type GridHandle, PhotoGrid } from '../grid/photo-grid.tsx'
import { Later } from '../later/later.tsx'
import { OpeningPhoto } from '../lightbox/opening-photo.tsx'
import { useFarPhoto } from '../lightbox/use-far-photo.ts'
import { useLinkedPhoto } from '../lightbox/use-linked-photo.ts'
import { loadedAhead, preloadPhotoSwipe } from '../lightbox/use-photo-swipe.ts'
import { NothingFound } from '../search/nothing-found.tsx'
import { isSearching, type Query } from '../search/use-query.ts'
import { useSelection } from '../selection/use-selection.ts'
import { useSelectionKeys } from '../selection/use-selection-keys.ts'
import { text } from '../strings.ts'
import { DeletionToast } from './deletion-toast.tsx'
import { EmptyGallery } from './empty-gallery.tsx'
import { NewPhotos } from './new-photos.tsx'
import { useConfirmedDeletion } from './use-confirmed-deletion.tsx'
import type { Deletions } from './use-deletions.ts'
import type { ListedPhotos } from './use-listed-photos.ts'
import { useRenewedPhotos } from './use-renewed-photos.ts'
import { useReturnedFocus } from './use-returned-focus.ts'

interface GalleryProps extends ListedPhotos {
  readonly query: Query
  readonly deletions: Deletions
  readonly limits: SystemLimits | undefined
  /** Whether the server needs a key. */
  readonly isClosed: boolean
  readonly onChange: (...changed: readonly Photo[]) => void
  /** Called when a photo is opened or selected, and when none is any more. */
  readonly onBusy: (isBusy: boolean) => void
  readonly onClearQuery: () => void
  readonly notify: (sentence: string) => void
}

/** How many photos before the last one the next page is loaded, and after the first one the page before. */
const aheadCount = 5

const timesOf = {
  uploaded: ({ createdAt }: Photo) => createdAt,
  taken: ({ takenAt, createdAt }: Photo) => takenAt ?? createdAt,
}

/** The grid of photos, those that are selected, and the photo that is open. */
export function Gallery(props: GalleryProps) {
  const { photos, isLoading, hasMore, hasNewer, failure, loadMore, loadNewer } = props
  const { query, deletions, limits, isClosed, onBusy, onClearQuery, notify } = props
  const grid = useRef<GridHandle>(null)
  /** Whether the new photos that were asked for are about to be shown. */
  const wantsFirst = useRef(false)
  const shownQuery = useRef(query)
  /** Whether the last deletion was of the open photo. */
  const wasOpen = useRef(false)
  const linked = useLinkedPhoto()
  const selection = useSelection(photos)
  const at = photos.findIndex(({ id }) => id === linked.id)
  const far = useFarPhoto({
    id: at < 0 && !isLoading ? linked.id : undefined,
    onFailure(sentence) {
      linked.close()
      notify(sentence)
    },
  })
  const open = photos[at] ?? far.photo
  const shown = at < 0 ? [far.photo] : photos.slice(Math.max(0, at - 1), at + loadedAhead + 1)
  useRenewedPhotos({ photos, shown: shown.filter((photo) => photo !== undefined), onChange })
  const deletion = useConfirmedDeletion(remove, notify)
  const isBusy = open !== undefined || selection.ids.size > 0
  useEffect(() => onBusy(isBusy), [isBusy, onBusy])
  useSelectionKeys({ isOff: open !== undefined, photos, selection, onClear: clearSelection })

  useEffect(() => {
    // the button that had the focus is gone
    if (wantsFirst.current && photos[0]) grid.current?.focus(photos[0])
    wantsFirst.current = false
  }, [photos])

  function onChange(...changed: readonly Photo[]): void {
    far.change(...changed)
    props.onChange(...changed)
  }
  function remove(removed: readonly Photo[], options?: { readonly isFinal: boolean }): void {
    const last = photos.indexOf(removed.at(-1) as Photo)
    const isLeft = (photo: Photo | undefined) => photo && !removed.includes(photo)
    const neighbour =
      photos.slice(last + 1).find(isLeft) ?? photos.slice(0, Math.max(0, last)).findLast(isLeft)
    deletions.remove(removed, options)
    wasOpen.current = open !== undefined
    if (!open) {
      selection.clear()
      if (neighbour) grid.current?.focus(neighbour)
    } else if (neighbour && open !== far.photo) linked.move(neighbour.id)
    else linked.close()
  }
  function undo(): void {
    const [id] = deletions.undo()
    if (id === undefined) return
    if (!open) grid.current?.focus({ id })
    else if (wasOpen.current) linked.move(id)
  }
  function clearSelection(): void {
    // a button of the bar, which ends with the selection, may have the focus
    grid.current?.focusActive()
    selection.clear()
  }
  function move(to: Photo): void {
    linked.move(to.id)
    const place = photos.indexOf(to)
    if (isLoading) return
    if (place > photos.length - aheadCount && hasMore) void loadMore()
    else if (place < aheadCount && hasNewer) void loadNewer()
  }
  function showPending(): void {
    grid.current?.scrollToTop()
    wantsFirst.current = true
    props.showPending()
  }
  /** Ends what needs a part of the page that cannot be loaded. */
  function refuse(end: () => void): void {
    end()
    notify(text.partMissing)
  }
  const isEmpty = photos.length === 0 && !hasMore && !hasNewer
  useReturnedFocus({
    grid,
    photos,
    open,
    isSelecting: selection.ids.size > 0,
    isEmpty,
    isSearching: isSearching(query),
  })
  useLayoutEffect(() => {
    if (shownQuery.current !== query) grid.current?.scrollToTop()
    shownQuery.current = query
  }, [query])
  const messages = (
    <>
      <DeletionToast {...deletions} onUndo={undo} />
      {deletion.dialog}
    </>
  )
  return (
    <>
      {selection.ids.size > 0 && (
        <Later onFailure={() => refuse(clearSelection)}>
          {({ SelectionBar }) => (
            <SelectionBar
              photos={selection.photos}
              onChange={onChange}
              onDelete={deletion.ask}
              onClear={clearSelection}
              notify={notify}
            />
          )}
        </Later>
      )}
      <NewPhotos count={open ? 0 : props.pending} onShow={showPending} />
      {isEmpty && isSearching(query) && <NothingFound query={query} onClear={onClearQuery} />}
      {isEmpty && !isSearching(query) && <EmptyGallery limits={limits} isClosed={isClosed} />}
      {!isEmpty && (
        <PhotoGrid
          photos={photos}
          isLoading={isLoading}
          hasMore={hasMore}
          hasNewer={hasNewer}
          failure={failure}
          loadMore={loadMore}
          loadNewer={loadNewer}
          keepNear={isBusy ? undefined : props.keepNear}
          timeOf={timesOf[query.search === '' ? query.sort : 'uploaded']}
          selection={selection}
          onOpen={({ id }) => linked.open(id)}
          onPoint={preloadPhotoSwipe}
          handle={grid}
        />
      )}
      {open ? (
        <Later
          onFailure={() => refuse(linked.close)}
          placeholder={<OpeningPhoto photo={open} onClose={linked.close} />}
        >
          {({ Lightbox }, wasAwaited) => (
            <Lightbox
              isOpening={!wasAwaited}
              photos={at < 0 ? [open] : photos}
              at={Math.max(0, at)}
              onMove={move}
              onChange={onChange}
              onDelete={(photo) => deletion.ask([photo])}
              onClose={linked.close}
              onFailure={() => refuse(linked.close)}
            >
              {messages}
            </Lightbox>
          )}
        </Later>
      ) : (
        messages
      )}
    </>
  )
}
