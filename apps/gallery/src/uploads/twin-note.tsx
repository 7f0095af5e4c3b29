import type { UploadItem, UploadQueue } from '@tintype/client/queue'
import { openLinkedPhoto } from '../lightbox/use-linked-photo.ts'
import { text } from '../strings.ts'
import { focusSameButton } from './focus-same-button.ts'

interface TwinNoteProps {
  readonly item: UploadItem
  readonly queue: Pick<UploadQueue, 'getSnapshot' | 'retry'>
}

/** Says that the library has the bytes of a file, shows the photo, and offers to upload the file all the same. */
export function TwinNote({ item: { id, name, twin }, queue }: TwinNoteProps) {
  const other = queue.getSnapshot().items.find((one) => one.id === twin?.id)
  const photo = twin?.photo ?? other?.photo
  return (
    <p className="quiet twin-note">
      {text.tray.held}
      {photo && (
        <button
          type="button"
          className="text-button"
          aria-label={text.tray.showNamed(name)}
          onClick={() => openLinkedPhoto(photo.id)}
        >
          {text.tray.showPhoto}
        </button>
      )}
      <button
        type="button"
        className="text-button"
        data-action="upload"
        aria-label={text.tray.uploadNamed(name)}
        onClick={({ currentTarget }) => {
          focusSameButton(currentTarget)
          queue.retry(id)
        }}
      >
        {text.tray.uploadAnyway}
      </button>
    </p>
  )
}
