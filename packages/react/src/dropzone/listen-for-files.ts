import { listPasted } from './list-files.ts'

/** What a window reports of files that are dragged over it, dropped or pasted. */
export interface FileListeners {
  /** Whether files are dragged over the window. */
  onDragging(isDragging: boolean): void
  /** Files are over the window. Returns whether it accepts them. */
  acceptsDrop(): boolean
  onDrop(transfer: DataTransfer): void
  /** Absent if pasted files are not wanted. */
  readonly onPaste?: ((files: readonly File[]) => void) | undefined
}

/** Whether a part of this page is being dragged. */
let isOwnDrag = false

/** Listens until the returned function is called. */
export function listenForFiles(target: Window, listeners: FileListeners): () => void {
  const controller = new AbortController()
  const listen = <Type extends keyof WindowEventMap>(
    type: Type,
    react: (event: WindowEventMap[Type]) => void,
  ) => target.addEventListener(type, react as EventListener, { signal: controller.signal })

  listen('dragstart', () => {
    isOwnDrag = true
  })
  // a part that was removed in the meantime has no end, but the mouse moves again
  for (const type of ['dragend', 'mousemove'] as const)
    listen(type, () => {
      isOwnDrag = false
    })
  listen('dragover', (event) => {
    if (!hasFiles(event)) return
    // without this the browser opens a dropped file instead of the page
    if (listeners.acceptsDrop()) event.preventDefault()
    listeners.onDragging(true)
  })
  listen('dragleave', (event) => {
    if (event.relatedTarget === null && isOutside(event, target)) listeners.onDragging(false)
  })
  listen('drop', (event) => {
    listeners.onDragging(false)
    if (!hasFiles(event) || event.defaultPrevented || !listeners.acceptsDrop()) return
    event.preventDefault()
    listeners.onDrop(event.dataTransfer)
  })
  listen('paste', (event) => {
    if (!listeners.onPaste || isField(event.target) || !event.clipboardData) return
    const files = listPasted(event.clipboardData)
    if (files.length > 0) listeners.onPaste(files)
  })
  return () => controller.abort()
}

/** Whether files are dragged, and not text, a link, or a picture of this page, which some browsers report as a file. */
export function hasFiles<Event extends { readonly dataTransfer: DataTransfer | null }>(
  event: Event,
): event is Event & { readonly dataTransfer: DataTransfer } {
  return !isOwnDrag && !!event.dataTransfer?.types.includes('Files')
}

/** Safari reports no related target while the pointer moves between elements either. */
function isOutside({ clientX, clientY }: DragEvent, { innerWidth, innerHeight }: Window): boolean {
  return clientX <= 0 || clientY <= 0 || clientX >= innerWidth || clientY >= innerHeight
}

/** Whether the browser itself pastes there. */
function isField(target: EventTarget | null): boolean {
  const fields = 'input, textarea, [contenteditable]:not([contenteditable="false"])'
  return target instanceof Element && target.closest(fields) !== null
}
