import { text } from '../strings.ts'
import type { Copying } from './use-copy.ts'

/** Says that a text was copied, or shows it selected if the browser does not allow the page to copy. */
export function CopyField({ isCopied, byHand, end }: Copying) {
  return (
    <div className="toast-place" role="status">
      {isCopied && <p className="toast">{text.copied}</p>}
      {byHand !== undefined && (
        <div className="toast">
          <label>
            {text.copy.byHand}{' '}
            <input
              readOnly
              value={byHand}
              ref={(field) => field?.select()}
              onFocus={({ currentTarget }) => currentTarget.select()}
            />
          </label>
          <button type="button" onClick={end}>
            {text.close}
          </button>
        </div>
      )}
    </div>
  )
}
