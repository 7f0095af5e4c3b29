import { useEffect, useEffectEvent, useState } from 'react'

/**
 * Accepts files that are dropped or pasted anywhere on the page. Without it, a file that misses the drop zone would make
 * the browser leave the page.
 *
 * @returns whether files are being dragged over the page
 */
export function useDroppedFiles(onFiles: (files: Iterable<File>) => void): boolean {
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
      addFiles(event.dataTransfer.files)
    })
    listen('paste', (event) => addFiles(event.clipboardData?.files ?? []))
    return () => controller.abort()
  }, [])
  return isDragging
}
