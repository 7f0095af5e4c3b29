import { formatByteSize } from '../format-size.ts'
import type { Upload } from './use-uploads.ts'

interface UploadListProps {
  readonly uploads: readonly Upload[]
  readonly onDismiss: (id: string) => void
}

/** Running uploads and refused files; nothing if there are none. */
export function UploadList({ uploads, onDismiss }: UploadListProps) {
  if (uploads.length === 0) return null
  return (
    <ul className="uploads" aria-label="Uploads">
      {uploads.map((upload) => (
        <li key={upload.id}>
          <p className="upload-name">
            <span>{upload.name}</span> <span className="quiet">{formatByteSize(upload.byteSize)}</span>
          </p>
          {upload.failure === undefined ? (
            <>
              <progress value={upload.fraction} aria-label={`Uploading ${upload.name}`} />
              <button type="button" onClick={upload.cancel} aria-label={`Cancel ${upload.name}`}>
                Cancel
              </button>
            </>
          ) : (
            <>
              <p className="failure">{upload.failure}</p>
              <button
                type="button"
                onClick={() => onDismiss(upload.id)}
                aria-label={`Dismiss ${upload.name}`}
              >
                Dismiss
              </button>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
