import { text } from '../strings.ts'
import type { Deletions } from './use-deletions.ts'

/** Says that photos were deleted, and offers to undo that for some seconds. */
export function DeletionToast({ undoableCount, undo, hold }: Deletions) {
  return (
    <div
      className="toast-place"
      role="status"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      {undoableCount > 0 && (
        <div className="toast">
          <p>{text.deletion.deleted(undoableCount)}</p>
          <button type="button" className="text-button" onClick={undo}>
            {text.undo}
          </button>
        </div>
      )}
    </div>
  )
}
