import type { Photo } from '@tintype/client'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { formatByteSize } from '../format-size.ts'
import { formatDay } from '../format-time.ts'
import { ChevronIcon, CloseIcon } from '../icons.tsx'
import { tintype } from '../tintype.ts'
import { CopyAddress } from './copy-address.tsx'
import { DeleteDialog } from './delete-dialog.tsx'

interface PhotoViewerProps {
  readonly photo: Photo
  /** The photo before and after this one, if there are any. */
  readonly previous: Photo | undefined
  readonly next: Photo | undefined
  readonly onMove: (to: Photo) => void
  readonly onDelete: (photo: Photo) => Promise<void>
  readonly onClose: () => void
}

/** Widths of renditions that a whole window is filled with. */
const widths = [640, 960, 1280, 1920, 2560]

/** One photo in the whole window, with what can be done with it. */
export function PhotoViewer({ photo, previous, next, onMove, onDelete, onClose }: PhotoViewerProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const [isDeleting, setDeleting] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])

  const { width, height, byteSize, thumbnail, filename } = photo
  const ownSize = { maxWidth: `${width}px`, maxHeight: `${height}px` }
  const original = tintype.mediaUrl(photo)
  const larger = widths.filter((one) => one === 640 || one < width * 1.5)
  const move = (to: Photo | undefined) => to && onMove(to)
  function press(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || isDeleting) return
    if (event.key === 'ArrowLeft') move(previous)
    else if (event.key === 'ArrowRight') move(next)
  }
  return (
    <dialog ref={dialog} className="viewer" aria-labelledby={title} onClose={onClose} onKeyDown={press}>
      <div className="viewer-picture">
        {/* shown at once, because the grid has loaded it */}
        <img key={thumbnail.url} src={thumbnail.url} style={ownSize} alt="" />
        <img
          key={photo.id}
          src={thumbnail.url}
          srcSet={`${thumbnail.url} ${thumbnail.width}w, ${tintype.srcset(photo, { widths: larger })}`}
          sizes={`min(100vw, ${width}px, ${Math.round((width / height) * 100)}vh)`}
          style={ownSize}
          alt={photo.alt ?? photo.title ?? filename}
        />
        <button
          type="button"
          className="viewer-previous"
          aria-label="Previous photo"
          disabled={!previous}
          onClick={() => move(previous)}
        >
          <ChevronIcon />
        </button>
        <button
          type="button"
          className="viewer-next"
          aria-label="Next photo"
          disabled={!next}
          onClick={() => move(next)}
        >
          <ChevronIcon />
        </button>
        <button
          type="button"
          className="viewer-close"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <CloseIcon />
        </button>
      </div>
      <footer className="viewer-bar">
        <div className="viewer-text">
          <h2 id={title}>
            <bdi>{photo.title ?? filename}</bdi>
          </h2>
          <p className="quiet">
            {width} × {height} · {formatByteSize(byteSize)} · {formatDay(photo.takenAt ?? photo.createdAt)}
          </p>
        </div>
        <CopyAddress address={original} filename={filename} />
        <a className="button" href={original} aria-label={`Original of ${filename}`}>
          Original
        </a>
        <button
          type="button"
          className="danger"
          onClick={() => setDeleting(true)}
          aria-label={`Delete ${filename}`}
        >
          Delete
        </button>
      </footer>
      {isDeleting && <DeleteDialog photo={photo} onDelete={onDelete} onClose={() => setDeleting(false)} />}
    </dialog>
  )
}
