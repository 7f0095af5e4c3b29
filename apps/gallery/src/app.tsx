import { useState, useSyncExternalStore } from 'react'
import { KeyForm } from './access/key-form.tsx'
import { PhotoGrid } from './photos/photo-grid.tsx'
import { usePhotos } from './photos/use-photos.ts'
import { keyMemory } from './tintype.ts'
import { DropZone } from './uploads/drop-zone.tsx'
import { UploadList } from './uploads/upload-list.tsx'
import { useUploads } from './uploads/use-uploads.ts'
import { useLimits } from './use-limits.ts'

/** The whole page. */
export function App() {
  const [announcement, announce] = useState('')
  const key = useSyncExternalStore(keyMemory.subscribe, keyMemory.state)
  const limits = useLimits()
  const photos = usePhotos({ announce })
  const uploads = useUploads({ limits, announce, onPhoto: photos.add })
  return (
    <>
      <header>
        <h1>Tintype</h1>
        <p>Upload photos, view them and copy their addresses.</p>
        {key === 'held' && (
          // a reload, because the page shows what only the key gave access to
          <button type="button" onClick={() => location.reload()}>
            Forget key
          </button>
        )}
      </header>
      <main>
        <DropZone limits={limits} onFiles={uploads.add} />
        <UploadList uploads={uploads.list} onDismiss={uploads.dismiss} />
        {key === 'missing' || key === 'refused' ? (
          <KeyForm isRefused={key === 'refused'} onKey={keyMemory.hold} />
        ) : (
          <PhotoGrid {...photos} />
        )}
      </main>
      <p className="visually-hidden" role="status">
        {announcement}
      </p>
    </>
  )
}
