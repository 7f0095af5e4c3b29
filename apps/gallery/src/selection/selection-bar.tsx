import type { Photo } from '@tintype/client'
import { useState } from 'react'
import { useMay } from '../access/use-may.ts'
import { useAnnouncement } from '../announcements/use-announcement.ts'
import { Icon } from '../icon.tsx'
import { text } from '../strings.ts'
import { TagDialog } from './tag-dialog.tsx'
import { useZipDownload } from './use-zip-download.ts'

interface SelectionBarProps {
  readonly photos: readonly Photo[]
  readonly onChange: (...changed: readonly Photo[]) => void
  readonly onDelete: (photos: readonly Photo[]) => void
  readonly onClear: () => void
  readonly notify: (sentence: string) => void
}

/** What can be done with the photos that are selected. It is shown in the header's place. */
export function SelectionBar({ photos, onChange, onDelete, onClear, notify }: SelectionBarProps) {
  const [isTagging, setTagging] = useState(false)
  const may = useMay()
  const zip = useZipDownload({ notify })
  useAnnouncement(
    zip.progress === undefined
      ? text.selection.announced(photos.length)
      : text.selection.downloadAnnounced(zip.progress.done, zip.progress.count),
  )
  return (
    <section className="bar selection-bar" aria-label={text.selection.label}>
      <button
        type="button"
        className="icon-button"
        aria-label={text.selection.clear}
        title={text.selection.clear}
        onClick={onClear}
      >
        <Icon name="x" />
      </button>
      <p className="selection-count">
        {zip.progress === undefined
          ? text.selection.count(photos.length)
          : text.selection.downloading(zip.progress.done, zip.progress.count)}
      </p>
      {may('photos:update') && (
        <button type="button" className="quiet-button" onClick={() => setTagging(true)}>
          <Icon name="tag" />
          <span className="button-label">{text.selection.tag}</span>
        </button>
      )}
      {zip.progress === undefined ? (
        <button type="button" className="quiet-button" onClick={() => void zip.download(photos)}>
          <Icon name="download" />
          <span className="button-label">{text.selection.download}</span>
        </button>
      ) : (
        <button type="button" className="quiet-button" onClick={zip.cancel}>
          <Icon name="x" />
          <span className="button-label">{text.cancel}</span>
        </button>
      )}
      {may('photos:delete') && (
        <button type="button" className="quiet-button" onClick={() => onDelete(photos)}>
          <Icon name="trash-2" />
          <span className="button-label">{text.selection.delete}</span>
        </button>
      )}
      {isTagging && <TagDialog photos={photos} onChange={onChange} onClose={() => setTagging(false)} />}
    </section>
  )
}
