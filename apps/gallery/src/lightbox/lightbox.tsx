import type { Photo } from '@tintype/client'
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useMay } from '../access/use-may.ts'
import { Announcements } from '../announcements/announcements.tsx'
import { Icon } from '../icon.tsx'
import { text } from '../strings.ts'
import { CopyField } from './copy-field.tsx'
import { CopyMenu } from './copy-menu.tsx'
import { DownloadMenu } from './download-menu.tsx'
import { InfoPanel } from './info-panel.tsx'
import { lightboxKeys } from './lightbox-keys.ts'
import { gridImage } from './slide-of.ts'
import { Steps } from './steps.tsx'
import { useCopy } from './use-copy.ts'
import { usePhotoSwipe } from './use-photo-swipe.ts'

interface LightboxProps {
  /** Whether it fades in, because the page did not show the photo large before. */
  readonly isOpening: boolean
  readonly photos: readonly Photo[]
  /** Place of the open photo. */
  readonly at: number
  readonly onMove: (to: Photo) => void
  readonly onChange: (...changed: readonly Photo[]) => void
  readonly onDelete: (photo: Photo) => void
  readonly onClose: () => void
  /** Called if a part of it cannot be loaded. */
  readonly onFailure: () => void
  /** What the page announces, which must be in the dialog to be seen. */
  readonly children?: ReactNode
}

/** One photo in the whole window, with everything that can be done with it. */
export function Lightbox(props: LightboxProps) {
  const { isOpening, photos, at, onMove, onChange, onDelete, onClose, onFailure, children } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const infoButton = useRef<HTMLButtonElement>(null)
  const title = useId()
  const [hasPanel, setPanel] = useState(false)
  const viewer = usePhotoSwipe({ stage, photos, at, onMove, onFailure })
  const copying = useCopy()
  const mayDelete = useMay()('photos:delete')
  // before the browser paints the page without it
  useLayoutEffect(() => dialog.current?.showModal(), [])
  // what had the focus may have disappeared, and keys outside of the dialog do nothing
  useEffect(() => {
    if (!dialog.current?.contains(document.activeElement)) dialog.current?.focus()
  })

  const photo = photos[at]
  if (!photo) return null
  const name = photo.title ?? photo.filename
  function closePanel(): void {
    setPanel(false)
    infoButton.current?.focus()
  }
  const press = lightboxKeys({
    viewer,
    photoCount: photos.length,
    onInfo: () => setPanel(!hasPanel),
    onDelete: () => mayDelete && onDelete(photo),
    onMenu: (key) => dialog.current?.querySelector<HTMLElement>(`[aria-keyshortcuts="${key}"]`)?.click(),
  })
  return (
    <dialog
      ref={dialog}
      className={`lightbox${isOpening ? ' is-opening' : ''}${hasPanel ? ' has-panel' : ''}`}
      aria-labelledby={title}
      tabIndex={-1}
      onClose={onClose}
      onKeyDown={press}
    >
      <header className="lightbox-bar">
        <button
          type="button"
          className="icon-button"
          aria-label={text.close}
          title={text.close}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="x" />
        </button>
        <h2 id={title}>
          <bdi>{name}</bdi>
        </h2>
        <CopyMenu photo={photo} onCopy={copying.copy} />
        <DownloadMenu photo={photo} />
        <button
          ref={infoButton}
          type="button"
          className="icon-button"
          aria-label={text.lightbox.info}
          title={text.lightbox.info}
          aria-expanded={hasPanel}
          onClick={() => setPanel(!hasPanel)}
        >
          <Icon name="info" />
        </button>
        {mayDelete && (
          <button
            type="button"
            className="icon-button"
            aria-label={text.lightbox.deleteNamed(photo.filename)}
            title={text.lightbox.delete}
            onClick={() => onDelete(photo)}
          >
            <Icon name="trash-2" />
          </button>
        )}
      </header>
      <div ref={stage} className="stage">
        {!viewer.isOpen && <img src={gridImage(photo)} alt="" />}
      </div>
      <Steps viewer={viewer} hasPrevious={at > 0} hasNext={at < photos.length - 1} />
      {hasPanel && <InfoPanel photo={photo} onChange={onChange} onClose={closePanel} />}
      <CopyField {...copying} />
      {children}
      <Announcements />
    </dialog>
  )
}
