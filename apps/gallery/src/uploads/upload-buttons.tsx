import type { Dropzone } from '@tintype/react'
import { Icon } from '../icon.tsx'

/** Two buttons that choose photos, and a folder of photos. */
export function UploadButtons({ inputProps, open }: Pick<Dropzone, 'inputProps' | 'open'>) {
  return (
    <div className="upload-buttons">
      <input {...inputProps} aria-label="Files to upload" />
      <button
        type="button"
        className="quiet-button"
        aria-label="Upload a folder"
        title="Upload a folder"
        onClick={() => open('folder')}
      >
        <Icon name="folder" />
      </button>
      <button
        type="button"
        className="primary upload-button"
        aria-label="Upload photos"
        title="Upload photos"
        onClick={() => open()}
      >
        <Icon name="upload" />
        <span className="upload-label">Upload photos</span>
      </button>
    </div>
  )
}
