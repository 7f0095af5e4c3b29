import type { Photo } from '@tintype/client'
import { useId, useLayoutEffect, useRef } from 'react'
import { Announcements } from '../announcements/announcements.tsx'
import { TagEditor } from '../editing/tag-editor.tsx'
import { changeTags } from '../photos/change-tags.ts'
import { text } from '../strings.ts'

interface TagDialogProps {
  readonly photos: readonly Photo[]
  readonly onChange: (...changed: readonly Photo[]) => void
  readonly onClose: () => void
}

/** Adds tags to photos, and removes those that any of them has. */
export function TagDialog({ photos, onChange, onClose }: TagDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  // not after the next frame: what is typed until then would go to the page
  useLayoutEffect(() => {
    dialog.current?.showModal()
    // not the button of the first tag, which a space would remove
    dialog.current?.querySelector('input')?.focus()
  }, [])
  const tags = [...new Set(photos.flatMap((photo) => photo.tags))].sort()
  return (
    <dialog ref={dialog} className="tag-dialog" aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>{text.selection.tagsOf(photos.length)}</h2>
      <TagEditor tags={tags} onChange={async (change) => onChange(...(await changeTags(photos, change)))} />
      <div className="dialog-actions">
        <button type="button" className="primary" onClick={() => dialog.current?.close()}>
          {text.selection.done}
        </button>
      </div>
      <Announcements />
    </dialog>
  )
}
