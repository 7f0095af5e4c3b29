import type { SystemLimits } from '@tintype/client'
import { type ReactNode, useRef } from 'react'
import { Icon } from '../icon.tsx'

interface UploadButtonsProps {
  readonly limits: SystemLimits | undefined
  readonly onFiles: (files: Iterable<File>) => void
}

/** Two buttons that choose photos, and a folder of photos. */
export function UploadButtons({ limits, onFiles }: UploadButtonsProps) {
  return (
    <div className="upload-buttons">
      <FileButton className="quiet-button" label="Upload a folder" isFolder onFiles={onFiles}>
        <Icon name="folder" />
      </FileButton>
      <FileButton
        className="primary upload-button"
        label="Upload photos"
        accept={limits?.mimeTypes.join(',') ?? 'image/*'}
        onFiles={onFiles}
      >
        <Icon name="upload" />
        <span className="upload-label">Upload photos</span>
      </FileButton>
    </div>
  )
}

interface FileButtonProps {
  readonly className: string
  readonly label: string
  readonly accept?: string
  readonly isFolder?: boolean
  readonly onFiles: (files: Iterable<File>) => void
  readonly children: ReactNode
}

function FileButton({ className, label, accept, isFolder = false, onFiles, children }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        accept={accept}
        webkitdirectory={isFolder}
        onChange={({ currentTarget }) => {
          onFiles(currentTarget.files ?? [])
          currentTarget.value = '' // otherwise the same file could not be chosen again
        }}
      />
      <button
        type="button"
        className={className}
        aria-label={label}
        title={label}
        onClick={() => input.current?.click()}
      >
        {children}
      </button>
    </>
  )
}
