import { useDropzone } from '@tintype/react'
import { useCallback, useState, useSyncExternalStore } from 'react'
import { KeyForm } from './access/key-form.tsx'
import { Notice } from './notice.tsx'
import { Gallery } from './photos/gallery.tsx'
import { usePhotos } from './photos/use-photos.ts'
import { keyMemory } from './tintype.ts'
import { DropOverlay } from './uploads/drop-overlay.tsx'
import { UploadButtons } from './uploads/upload-buttons.tsx'
import { UploadTray } from './uploads/upload-tray.tsx'
import { useUploads } from './uploads/use-uploads.ts'
import { useLimits } from './use-limits.ts'

/** The whole page. */
export function App() {
  const [announcement, announce] = useState('')
  const [notice, setNotice] = useState('')
  const endNotice = useCallback(() => setNotice(''), [])
  const key = useSyncExternalStore(keyMemory.subscribe, keyMemory.state)
  const limits = useLimits()
  const photos = usePhotos({ announce })
  const uploads = useUploads({ limits, announce, onPhoto: photos.add })
  const dropzone = useDropzone({
    accept: limits?.mimeTypes,
    target: 'window',
    paste: true,
    onFiles(files, { skipped }) {
      setNotice(describeSkipped(skipped))
      if (files.length > 0) uploads.queue.add(files)
    },
  })
  return (
    <>
      <header className="bar">
        <h1>Tintype</h1>
        {key === 'held' && (
          // a reload, because the page shows what only the key gave access to
          <button type="button" onClick={() => location.reload()}>
            Forget key
          </button>
        )}
        <UploadButtons {...dropzone} />
      </header>
      <main>
        {key === 'missing' || key === 'refused' ? (
          <KeyForm isRefused={key === 'refused'} onKey={keyMemory.hold} />
        ) : (
          <Gallery photos={photos} limits={limits} notify={setNotice} />
        )}
      </main>
      <UploadTray {...uploads} />
      <Notice text={notice} onEnd={endNotice} />
      {dropzone.isDragging && <DropOverlay />}
      <p className="visually-hidden" role="status">
        {announcement}
      </p>
    </>
  )
}

function describeSkipped(count: number): string {
  if (count === 0) return ''
  return count === 1
    ? '1 file is no image and was left out'
    : `${count} files are no images and were left out`
}
