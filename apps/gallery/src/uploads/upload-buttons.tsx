import type { Dropzone } from '@tintype/react'
import { Icon } from '../icon.tsx'
import { text } from '../strings.ts'

/** Buttons that choose photos, and a folder of photos, or the camera of a phone, which has no folders. */
export function UploadButtons({ inputProps, open }: Pick<Dropzone, 'inputProps' | 'open'>) {
  return (
    <div className="upload-buttons">
      <input {...inputProps} aria-label={text.upload.files} />
      <button
        type="button"
        className="quiet-button for-mouse"
        aria-label={text.upload.folder}
        title={text.upload.folder}
        onClick={() => open('folder')}
      >
        <Icon name="folder" />
      </button>
      <button
        type="button"
        className="quiet-button for-touch"
        aria-label={text.upload.camera}
        title={text.upload.camera}
        onClick={() => open('camera')}
      >
        <Icon name="camera" />
      </button>
      <button
        type="button"
        className="primary upload-button"
        aria-label={text.upload.photos}
        title={text.upload.photos}
        onClick={() => open()}
      >
        <Icon name="upload" />
        <span className="upload-label">{text.upload.photos}</span>
      </button>
    </div>
  )
}
