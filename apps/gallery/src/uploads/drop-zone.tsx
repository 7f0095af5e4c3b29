import type { SystemLimits } from '@tintype/client'
import { useRef } from 'react'
import { formatByteSize } from '../format-size.ts'
import { useDroppedFiles } from './use-dropped-files.ts'

interface DropZoneProps {
  readonly limits: SystemLimits | undefined
  readonly onFiles: (files: readonly File[]) => Promise<void>
}

/** Accepts files: chosen with a button, dropped anywhere on the page, or pasted. */
export function DropZone({ limits, onFiles }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null)
  const addFiles = (files: Iterable<File>) => {
    const list = [...files]
    if (list.length > 0) void onFiles(list)
  }
  const isDragging = useDroppedFiles(addFiles)
  return (
    <section className={isDragging ? 'drop-zone is-target' : 'drop-zone'} aria-label="Upload">
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Photos to upload"
        accept={limits?.mimeTypes.join(',') ?? 'image/*'}
        onChange={({ currentTarget }) => {
          addFiles(currentTarget.files ?? [])
          currentTarget.value = '' // otherwise the same file could not be chosen again
        }}
      />
      <button type="button" className="primary" onClick={() => input.current?.click()}>
        Choose photos
      </button>
      <p>or drop them anywhere on this page, or paste them.</p>
      {limits && <p className="quiet">{formatLimits(limits)}</p>}
    </section>
  )
}

function formatLimits({ formats, maxUploadByteSize, maxPixels }: SystemLimits): string {
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(
    formats.map((one) => one.toUpperCase()),
  )
  const megapixels = (maxPixels / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })
  return `${names}, up to ${formatByteSize(maxUploadByteSize)} and ${megapixels} megapixels each`
}
