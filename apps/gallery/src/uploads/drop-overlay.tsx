import { useEffect, useEffectEvent, useState } from 'react'
import { listDropped } from './list-files.ts'

/**
 * Accepts files and folders that are dropped anywhere on the page, and files that are pasted. Without it, a dropped file would
 * make the browser leave the page.
 */
export function DropOverlay({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }) {
  const [isDragging, setDragging] = useState(false)
  const addFiles = useEffectEvent(onFiles)
  useEffect(() => {
    const controller = new AbortController()
    const listen = <Type extends keyof WindowEventMap>(
      type: Type,
      react: (event: WindowEventMap[Type]) => void,
    ) => window.addEventListener(type, react, controller)
    listen('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setDragging(true)
    })
    listen('dragleave', (event) => {
      if (event.relatedTarget === null) setDragging(false)
    })
    listen('drop', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setDragging(false)
      void listDropped(event.dataTransfer).then(addFiles)
    })
    listen('paste', (event) => {
      if (event.target instanceof HTMLInputElement) return
      addFiles([...(event.clipboardData?.files ?? [])].map(nameOfPasted))
    })
    return () => controller.abort()
  }, [])
  if (!isDragging) return null
  return (
    <div className="drop-overlay">
      <p>Drop to upload</p>
    </div>
  )
}

/** A screenshot that is pasted has the name `image.png`, like every other one. */
function nameOfPasted(file: File): File {
  if (file.name !== 'image.png' && file.name !== '') return file
  const [date, time = ''] = new Date().toISOString().slice(0, 19).split('T')
  return new File([file], `pasted-${date}-${time.replaceAll(':', '-')}.png`, { type: file.type })
}
