import type { UploadItemState } from '@tintype/client/queue'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Icon } from '../icon.tsx'
import { text } from '../strings.ts'
import { keyMemory } from '../tintype.ts'
import { describeTray } from './describe-tray.ts'
import { focusUploadButton } from './focus-upload-button.ts'
import { UploadList } from './upload-list.tsx'
import { canRetry } from './upload-row.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import { useOnline } from './use-online.ts'
import type { PageUploads } from './use-uploads.ts'

/** How long the tray stays after everything is stored, in milliseconds. */
const closeMs = 4000

/** The files that are being sent, wait or failed; nothing if there are none. */
export function UploadTray(uploads: PageUploads) {
  const { items, totals, status, clear } = uploads
  const [isOpen, setOpen] = useState(false)
  const [openings, setOpenings] = useState(0)
  const tray = useRef<HTMLElement>(null)
  const toggle = useRef<HTMLButtonElement>(null)
  // no other row gets it: a key that is pressed at that moment would cancel another file
  useKeptFocus(tray, toggle)
  const holdTray = useCallback((element: HTMLElement | null) => {
    tray.current = element
    return () => {
      if (element?.contains(document.activeElement)) focusUploadButton()
    }
  }, [])
  const isOnline = useOnline()
  const key = useSyncExternalStore(keyMemory.subscribe, keyMemory.state)
  const needsKey = key === 'missing' || key === 'refused'
  const isDone = totals.count > 0 && status === 'idle' && totals.failed + totals.skipped === 0
  const needsLook = totals.failed + totals.skipped > 0
  useEffect(() => {
    if (!needsLook) return
    setOpen(true)
    // another element, because one that opens by itself must not move what is in it; the same one if it has the focus
    if (!tray.current?.contains(document.activeElement)) setOpenings((count) => count + 1)
  }, [needsLook])
  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => {
      clear()
      setOpen(false)
    }, closeMs)
    return () => clearTimeout(timer)
  }, [isDone, clear])
  if (totals.count === 0) return null

  /** Stops and removes every file that is not stored. If nothing was being sent, the tray ends. */
  function dismiss(): void {
    uploads.cancel()
    for (const { id, state } of items) if (state === 'failed' || state === 'skipped') uploads.remove(id)
    if (status === 'idle') clear()
    setOpen(false)
    // the button that had the focus disappears
    toggle.current?.focus()
  }
  const { title, details } = describeTray({ totals, status, isOnline, needsKey })
  const standstill = status === 'paused' ? text.tray.paused : isOnline ? undefined : text.tray.waiting
  const left = items.filter(({ state }) => state !== 'stored' && state !== 'cancelled')
  const failedFirst = [...left].sort((a, b) => rank(a.state) - rank(b.state))
  return (
    <aside
      key={openings}
      ref={holdTray}
      className={isOpen ? 'tray is-open' : 'tray'}
      aria-label={text.tray.label}
    >
      <header className="tray-head">
        <div className="tray-text">
          <strong>{title}</strong>
          {details !== '' && <span className="quiet">{details}</span>}
        </div>
        {isDone && <Icon name="circle-check" />}
        {status !== 'idle' && (
          <button
            type="button"
            className="icon-button"
            aria-label={status === 'paused' ? text.tray.resume : text.tray.pause}
            title={status === 'paused' ? text.tray.resume : text.tray.pause}
            onClick={() => (status === 'paused' ? uploads.resume() : uploads.pause())}
          >
            <Icon name={status === 'paused' ? 'play' : 'pause'} />
          </button>
        )}
        <button
          ref={toggle}
          type="button"
          className="icon-button tray-toggle"
          aria-expanded={isOpen}
          aria-label={isOpen ? text.tray.hide : text.tray.show}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name="chevron-down" />
        </button>
      </header>
      {status !== 'idle' && <progress value={totals.fraction} aria-label={text.tray.all} />}
      {isOpen && <UploadList items={failedFirst} standstill={standstill} uploads={uploads} />}
      {isOpen && (
        <footer className="tray-actions">
          <p className="quiet">{totals.stored > 0 && text.tray.stored(totals.stored)}</p>
          {items.some(canRetry) && (
            <button type="button" onClick={() => uploads.retry()}>
              {text.tray.retryAll}
            </button>
          )}
          <button type="button" onClick={dismiss}>
            {status === 'idle' ? text.tray.clear : text.tray.cancelAll}
          </button>
        </footer>
      )}
    </aside>
  )
}

/** Failed files first, then those that are being sent. */
function rank(state: UploadItemState): number {
  if (state === 'failed') return 0
  if (state === 'skipped') return 3
  return state === 'queued' ? 2 : 1
}
