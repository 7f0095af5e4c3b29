import { explainFailure } from '../explain-failure.ts'
import { formatByteSize } from '../format-size.ts'
import { Icon } from '../icon.tsx'
import { text } from '../strings.ts'
import type { UploadItem, UploadQueue } from './upload-queue.ts'

interface UploadRowProps {
  readonly item: UploadItem
  /** Its place in the list, from 0. */
  readonly index: number
  readonly queue: UploadQueue
}

/** Height of a row, as in uploads.css. */
const rowPx = 68

/** One file of the tray. */
export function UploadRow({ item, index, queue }: UploadRowProps) {
  const { id, name, state, byteSize, sentBytes, canRetry } = item
  const isFailed = state === 'failed'
  // the neighbour gets the focus, because the button that had it disappears
  function removeFrom(button: HTMLElement): void {
    const row = button.closest('li')
    const neighbour = row?.nextElementSibling ?? row?.previousElementSibling
    neighbour?.querySelector<HTMLElement>('button:last-of-type')?.focus()
    queue.cancel(id)
  }
  return (
    // by transform, so that no row counts as moved when one above it ends
    <li style={{ transform: `translateY(${index * rowPx}px)` }}>
      <div className="upload-text">
        <p className="upload-name">
          <bdi>{name}</bdi>
        </p>
        <p className={isFailed ? 'failure' : 'quiet'}>{describe(item)}</p>
        {(state === 'sending' || state === 'processing') && (
          <progress
            value={byteSize === 0 ? 0 : sentBytes / byteSize}
            aria-label={text.tray.uploading(name)}
          />
        )}
      </div>
      {isFailed && canRetry && (
        <button
          type="button"
          className="icon-button"
          aria-label={text.tray.retry(name)}
          onClick={() => queue.retry(id)}
        >
          <Icon name="rotate-cw" />
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={isFailed ? text.tray.dismiss(name) : text.tray.cancel(name)}
        onClick={({ currentTarget }) => removeFrom(currentTarget)}
      >
        <Icon name="x" />
      </button>
    </li>
  )
}

function describe({ state, byteSize, sentBytes, error }: UploadItem): string {
  switch (state) {
    case 'queued':
      return text.tray.queued(formatByteSize(byteSize))
    case 'sending':
      return text.tray.sending(formatByteSize(sentBytes), formatByteSize(byteSize))
    case 'processing':
      return text.tray.processing
    case 'waiting':
      return text.tray.waiting
    case 'stored':
      return text.tray.done
    case 'failed':
      return explainFailure(error)
  }
}
