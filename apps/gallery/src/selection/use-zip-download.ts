import type { Photo } from '@tintype/client'
import { describeFailure } from '@tintype/client/words'
import { useEffect, useRef, useState } from 'react'
import { text } from '../strings.ts'
import { saveZip, ZipTooLargeError } from './save-zip.ts'

/** A download of many photos as one file. */
export interface ZipDownload {
  /** `undefined` while nothing is being downloaded. */
  readonly progress: { readonly done: number; readonly count: number } | undefined
  download(photos: readonly Photo[]): Promise<void>
  cancel(): void
}

/** Saves the originals of photos as a ZIP file. */
export function useZipDownload({ notify }: { readonly notify: (sentence: string) => void }): ZipDownload {
  const [progress, setProgress] = useState<ZipDownload['progress']>()
  const controller = useRef<AbortController>(undefined)
  useEffect(() => () => controller.current?.abort(), [])
  return {
    progress,
    async download(photos) {
      const own = new AbortController()
      controller.current = own
      const count = photos.length
      setProgress({ done: 0, count })
      try {
        await saveZip(photos, { signal: own.signal, onProgress: (done) => setProgress({ done, count }) })
      } catch (error) {
        if (error instanceof ZipTooLargeError) notify(text.selection.tooLarge)
        else if (!own.signal.aborted && !isAbort(error))
          notify(text.selection.downloadFailed(describeFailure(error)))
      }
      setProgress(undefined)
    },
    cancel: () => controller.current?.abort(),
  }
}

/** The person has closed the dialog that asks for a place. */
const isAbort = (error: unknown) => error instanceof DOMException && error.name === 'AbortError'
