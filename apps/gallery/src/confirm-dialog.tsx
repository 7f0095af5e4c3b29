import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Announcements } from './announcements/announcements.tsx'
import { text } from './strings.ts'

interface ConfirmDialogProps {
  readonly title: string
  /** The text of the button that does it. */
  readonly action: string
  readonly isDangerous?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Asks before something is done that may be regretted. */
export function ConfirmDialog({
  title,
  action,
  isDangerous,
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => dialog.current?.showModal(), [])
  function confirm(): void {
    dialog.current?.close()
    onConfirm()
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onKeyDown={(event) => event.stopPropagation()}
      onClose={(event) => {
        event.stopPropagation()
        onClose()
      }}
    >
      <h2 id={id}>{title}</h2>
      <p>{children}</p>
      <div className="dialog-actions">
        <button type="button" onClick={() => dialog.current?.close()}>
          {text.cancel}
        </button>
        <button type="button" className={isDangerous ? 'danger' : 'primary'} onClick={confirm}>
          {action}
        </button>
      </div>
      <Announcements />
    </dialog>
  )
}
