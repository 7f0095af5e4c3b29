import type { Photo } from '@tintype/client'
import { useEffect, useId, useRef, useState } from 'react'
import { explainFailure } from '../explain-failure.ts'

interface DeleteDialogProps {
  readonly photo: Photo
  readonly onDelete: (photo: Photo) => Promise<void>
  readonly onClose: () => void
}

/** Asks before a photo is deleted for good. */
export function DeleteDialog({ photo, onDelete, onClose }: DeleteDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const [isDeleting, setDeleting] = useState(false)
  const [failure, setFailure] = useState<string>()
  useEffect(() => dialog.current?.showModal(), [])

  async function confirm(): Promise<void> {
    setDeleting(true)
    try {
      await onDelete(photo)
      dialog.current?.close()
    } catch (error) {
      setFailure(explainFailure(error))
      setDeleting(false)
    }
  }
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>
        Delete <bdi>{photo.filename}</bdi>?
      </h2>
      <p>The photo and its renditions are deleted for good. Their addresses stop working.</p>
      {failure !== undefined && <p className="failure">{failure}</p>}
      <div className="dialog-actions">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button type="button" className="danger" disabled={isDeleting} onClick={() => void confirm()}>
          Delete
        </button>
      </div>
    </dialog>
  )
}
