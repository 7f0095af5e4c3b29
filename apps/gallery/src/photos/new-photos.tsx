import { useAnnouncement } from '../announcements/use-announcement.ts'
import { text } from '../strings.ts'

interface NewPhotosProps {
  /** How many photos are new above those that are shown. */
  readonly count: number
  readonly onShow: () => void
}

/** Says that there are new photos at the top, and leads there. */
export function NewPhotos({ count, onShow }: NewPhotosProps) {
  useAnnouncement(count > 0 ? text.grid.addedCount(count) : '')
  return (
    <div className="new-photos">
      {count > 0 && (
        <button type="button" className="primary" onClick={onShow}>
          {text.grid.added(count)}
        </button>
      )}
    </div>
  )
}
