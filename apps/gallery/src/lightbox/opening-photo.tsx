import type { Photo } from '@tintype/client'
import { useLayoutEffect, useRef } from 'react'
import { Icon } from '../icon.tsx'
import { text } from '../strings.ts'
import { gridImage } from './slide-of.ts'

interface OpeningPhotoProps {
  readonly photo: Photo
  readonly onClose: () => void
}

/** What is seen of the lightbox until its code is loaded: the image that the grid has, and a button that closes it. */
export function OpeningPhoto({ photo, onClose }: OpeningPhotoProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="lightbox is-opening" aria-label={text.lightbox.opening} onClose={onClose}>
      <header className="lightbox-bar">
        <button
          type="button"
          className="icon-button"
          aria-label={text.close}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="x" />
        </button>
      </header>
      <div className="stage">
        <img src={gridImage(photo)} alt="" />
      </div>
    </dialog>
  )
}
