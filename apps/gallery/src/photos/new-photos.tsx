import { CalmStatus } from '../calm-status.tsx'
import { text } from '../strings.ts'

interface NewPhotosProps {
  /** How many photos are new above those that are shown. */
  readonly count: number
  readonly onShow: () => void
}

/** Says that there are new photos at the top, and leads there. */
export function NewPhotos({ count, onShow }: NewPhotosProps) {
  return (
    <div className="new-photos">
      {count > 0 && (
        <button type="button" className="primary" onClick={onShow}>
          {text.grid.added(count)}
        </button>
      )}
      <CalmStatus text={count > 0 ? text.grid.addedCount(count) : ''} />
    </div>
  )
}
