import { text } from '../strings.ts'
import type { Deletions } from './use-deletions.ts'

interface DeletionToastProps extends Pick<Deletions, 'undoableCount' | 'hold'> {
  readonly onUndo: () => void
}

/** Says that photos were deleted, and offers to undo that for some seconds. */
export function DeletionToast({ undoableCount, hold, onUndo }: DeletionToastProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it has the focus
    <div
      className="toast-place"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      {undoableCount > 0 && (
        <div className="toast">
          <p>{text.deletion.deleted(undoableCount)}</p>
          <button type="button" className="text-button" onClick={onUndo}>
            {text.undo}
          </button>
        </div>
      )}
    </div>
  )
}
