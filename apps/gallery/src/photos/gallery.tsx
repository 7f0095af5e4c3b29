import type { Photo, SystemLimits } from '@tintype/client'
import { useRef, useState } from 'react'
import { type GridHandle, PhotoGrid } from '../grid/photo-grid.tsx'
import { EmptyGallery } from './empty-gallery.tsx'
import { PhotoViewer } from './photo-viewer.tsx'
import type { Photos } from './use-photos.ts'

interface GalleryProps {
  readonly photos: Photos
  readonly limits: SystemLimits | undefined
}

/** The grid of photos, and the photo that is open. */
export function Gallery({ photos: { photos, remove, ...loading }, limits }: GalleryProps) {
  const [openId, setOpenId] = useState<string>()
  const grid = useRef<GridHandle>(null)
  const at = photos.findIndex(({ id }) => id === openId)
  const open = photos[at]

  async function removeOpen(photo: Photo): Promise<void> {
    const neighbour = photos[at + 1] ?? photos[at - 1]
    await remove(photo)
    setOpenId(undefined)
    if (neighbour) grid.current?.focus(neighbour)
  }
  function close(): void {
    setOpenId(undefined)
    if (open) grid.current?.focus(open)
  }
  if (photos.length === 0 && !loading.hasMore) return <EmptyGallery limits={limits} />
  return (
    <>
      <PhotoGrid {...loading} photos={photos} onOpen={({ id }) => setOpenId(id)} handle={grid} />
      {open && (
        <PhotoViewer
          photo={open}
          previous={photos[at - 1]}
          next={photos[at + 1]}
          onMove={({ id }) => setOpenId(id)}
          onDelete={removeOpen}
          onClose={close}
        />
      )}
    </>
  )
}
