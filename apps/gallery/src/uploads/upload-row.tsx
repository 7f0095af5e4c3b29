import type { UploadItem, UploadQueue } from '@tintype/client/queue'
import { describeFailure, formatByteSize } from '@tintype/client/words'
import { Icon } from '../icon.tsx'
import { text } from '../strings.ts'
import { focusSameButton } from './focus-same-button.ts'
import { TwinNote } from './twin-note.tsx'
import { UploadPreview } from './upload-preview.tsx'

interface UploadRowProps {
  readonly item: UploadItem
  readonly file: Blob | undefined
  /** Its place in the list, from 0. */
  readonly index: number
  /** Of all files in the list. */
  readonly count: number
  /** What every file that is not sent yet waits for; `undefined` if each says it itself. */
  readonly standstill: string | undefined
  readonly queue: Pick<UploadQueue, 'getSnapshot' | 'remove' | 'retry'>
}

/** Height of a row, as in uploads.css: a name above two lines of a failure, or above buttons that a finger can press. */
export const rowPx = 68

/** One file of the tray. */
export function UploadRow({ item, file, index, count, standstill, queue }: UploadRowProps) {
  const { id, name, state, fraction } = item
  const isFailed = state === 'failed'
  function retry(button: HTMLElement): void {
    focusSameButton(button)
    queue.retry(id)
  }
  function remove(button: HTMLElement): void {
    focusSameButton(button)
    queue.remove(id)
  }
  return (
    // by transform, so that no row counts as moved when one above it ends
    <li
      aria-posinset={index + 1}
      aria-setsize={count}
      style={{ transform: `translateY(${index * rowPx}px)` }}
    >
      <UploadPreview file={file} />
      <div className="upload-text">
        <p className="upload-name">
          <bdi>{name}</bdi>
        </p>
        {state === 'skipped' ? (
          <TwinNote item={item} queue={queue} />
        ) : (
          <p className={isFailed ? 'failure' : 'quiet'}>{(!isFailed && standstill) || describe(item)}</p>
        )}
        {(state === 'sending' || state === 'processing') && (
          <progress value={fraction} aria-label={text.tray.uploading(name)} />
        )}
      </div>
      {canRetry(item) && (
        <button
          type="button"
          className="icon-button"
          data-action="retry"
          aria-label={text.tray.retry(name)}
          onClick={({ currentTarget }) => retry(currentTarget)}
        >
          <Icon name="rotate-cw" />
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        data-action="remove"
        aria-label={isFailed || state === 'skipped' ? text.tray.dismiss(name) : text.tray.cancel(name)}
        onClick={({ currentTarget }) => remove(currentTarget)}
      >
        <Icon name="x" />
      </button>
    </li>
  )
}

/** Whether the server may accept the file at another time. */
export function canRetry({ state, error }: UploadItem): boolean {
  return state === 'failed' && !refusals.has(error?.code ?? '')
}

/** What a server says of the same bytes every time. */
const refusals: ReadonlySet<string> = new Set([
  'PAYLOAD_TOO_LARGE',
  'EMPTY_FILE',
  'NOT_AN_IMAGE',
  'UNREADABLE_IMAGE',
  'TOO_MANY_PIXELS',
])

function describe({ state, byteSize, fraction, error }: UploadItem): string {
  switch (state) {
    case 'queued':
    case 'preparing':
      return text.tray.queued(formatByteSize(byteSize))
    case 'paused':
      return text.tray.paused
    case 'sending':
      return text.tray.sending(formatByteSize(fraction * byteSize), formatByteSize(byteSize))
    case 'processing':
      return text.tray.processing
    case 'waiting':
      return text.tray.waiting
    case 'stored':
      return text.tray.done
    case 'skipped':
      return text.tray.held
    case 'failed':
    case 'cancelled':
      return describeFailure(error)
  }
}
