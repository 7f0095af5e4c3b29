import { useAnnouncement } from '../announcements/use-announcement.ts'
import { text } from '../strings.ts'
import type { Copying } from './use-copy.ts'

/** Says that a text was copied, or shows it selected if the browser does not allow the page to copy. */
export function CopyField({ isCopied, byHand, end }: Copying) {
  useAnnouncement(isCopied ? text.copied : byHand === undefined ? '' : text.copy.byHand)
  return (
    <div className="toast-place">
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
