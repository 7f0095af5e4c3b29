import { type ChangeEvent, type DragEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { type ListedFiles, listDropped } from './list-files.ts'
import { hasFiles, listenForFiles } from './listen-for-files.ts'
import { pickAccepted } from './pick-accepted.ts'

/** How files come in. */
export interface UseDropzoneOptions {
  /**
   * Called with the files of one drop, paste or choice. `skipped` is the number of others: hidden files, those of other types, and
   * those that could not be read. A single file is never skipped.
   */
  onFiles(files: readonly File[], about: { readonly skipped: number }): void
  /**
   * Media types such as `image/png` and `image/*`, or extensions such as `.png`. `system.limits` has those of the server.
   *
   * @default ['image/*']
   */
  readonly accept?: readonly string[] | undefined
  /**
   * Where files may be dropped: on the element that has `rootProps`, or anywhere in the window.
   *
   * @default 'element'
   */
  readonly target?: 'element' | 'window' | undefined
  /**
   * Whether files that are pasted anywhere outside of text fields count as well.
   *
   * @default false
   */
  readonly paste?: boolean | undefined
  /**
   * Whether the files in dropped folders count, up to 10 000.
   *
   * @default true
   */
  readonly folders?: boolean | undefined
  /** Ignores everything. */
  readonly disabled?: boolean | undefined
}

/** What `open` lets a person choose. `camera` takes a picture on devices that have one. */
export type FileSource = 'files' | 'folder' | 'camera'

/** What is dragged, and what the page needs to accept it. */
export interface Dropzone {
  /** Whether files are dragged over the target. */
  readonly isOver: boolean
  /** Whether files are dragged anywhere over the window. */
  readonly isDragging: boolean
  /** For the element on which files may be dropped. Empty if that is the window. */
  readonly rootProps: DropzoneRootProps
  /** For an `input`, which stays hidden. `open` needs it. */
  readonly inputProps: DropzoneInputProps
  /** Lets a person choose files. Call it while a click is handled, or the browser refuses. */
  open(source?: FileSource): void
}

/** Listeners of the element on which files may be dropped. */
export interface DropzoneRootProps {
  readonly onDragOver?: (event: DragEvent) => void
  readonly onDragLeave?: (event: DragEvent) => void
  readonly onDrop?: (event: DragEvent) => void
}

/** Properties of the hidden `input`. */
export interface DropzoneInputProps {
  readonly ref: RefObject<HTMLInputElement>
  readonly type: 'file'
  readonly multiple: true
  readonly hidden: true
  readonly accept: string
  readonly disabled: boolean
  onChange(event: ChangeEvent<HTMLInputElement>): void
}

const images: readonly string[] = ['image/*']

/**
 * Files that are dropped, pasted or chosen, folders and the camera included.
 *
 * @example
 * const { isDragging, inputProps, open } = useDropzone({ onFiles: add, target: 'window', paste: true })
 */
export function useDropzone(options: UseDropzoneOptions): Dropzone {
  const { accept = images, target = 'element', paste = false, disabled = false } = options
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  const input = useRef<HTMLInputElement>(null) as RefObject<HTMLInputElement>
  const [isDragging, setDragging] = useState(false)
  const [isOver, setOver] = useState(false)

  const { report, drop } = useMemo(() => {
    function report(listed: ListedFiles): void {
      const { files, skipped } = pickAccepted(listed, latest.current.accept ?? images)
      if (files.length + skipped > 0) latest.current.onFiles(files, { skipped })
    }
    const drop = (transfer: DataTransfer): void =>
      void listDropped(transfer, latest.current.folders ?? true).then(report)
    return { report, drop }
  }, [])

  const isWindow = target === 'window'
  useEffect(() => {
    if (disabled) return
    const stop = listenForFiles(window, {
      onDragging: setDragging,
      acceptsDrop: () => isWindow,
      onDrop: drop,
      onPaste: paste ? (files) => report({ files, skipped: 0 }) : undefined,
    })
    return () => {
      stop()
      setDragging(false)
      setOver(false)
    }
  }, [disabled, isWindow, paste, drop, report])

  const rootProps = useMemo<DropzoneRootProps>(() => {
    if (disabled || isWindow) return {}
    return {
      onDragOver(event) {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave({ currentTarget, relatedTarget }) {
        if (!currentTarget.contains(relatedTarget as Node | null)) setOver(false)
      },
      onDrop(event) {
        setOver(false)
        if (!hasFiles(event)) return
        event.preventDefault()
        drop(event.dataTransfer)
      },
    }
  }, [disabled, isWindow, drop])

  return {
    isDragging,
    isOver: isWindow ? isDragging : isOver,
    rootProps,
    inputProps: {
      ref: input,
      type: 'file',
      multiple: true,
      hidden: true,
      accept: accept.join(','),
      disabled,
      onChange({ currentTarget }) {
        report({ files: [...(currentTarget.files ?? [])], skipped: 0 })
        currentTarget.value = '' // otherwise the same file could not be chosen again
      },
    },
    open(source = 'files') {
      const one = input.current
      if (!one) throw new Error('useDropzone opens its own input: render <input {...inputProps} />')
      one.webkitdirectory = source === 'folder'
      if (source === 'camera') one.setAttribute('capture', 'environment')
      else one.removeAttribute('capture')
      one.click()
    },
  }
}
