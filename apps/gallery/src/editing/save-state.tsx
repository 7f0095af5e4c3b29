import { text } from '../strings.ts'

interface SaveStateProps {
  /** Why it was not saved. */
  readonly failure: string | undefined
  /** Restores the previous value; absent while nothing was saved. */
  readonly onUndo: (() => void) | undefined
}

/** What became of a change, with a button that restores what was before. The editor announces it, each time. */
export function SaveState({ failure, onUndo }: SaveStateProps) {
  return (
    <div className="save-state quiet">
      {failure !== undefined && <span className="failure">{failure}</span>}
      {failure === undefined && onUndo && (
        <>
          {text.saved} ·{' '}
          <button type="button" className="text-button" onClick={onUndo}>
            {text.undo}
          </button>
        </>
      )}
    </div>
  )
}
