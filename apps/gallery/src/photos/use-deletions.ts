import type { Photo } from '@tintype/client'
import { describeFailure } from '@tintype/client/words'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { announcer } from '../announcements/announcer.ts'
import { text } from '../strings.ts'
import { deletePhotos, deletePhotosWhileLeaving } from './delete-photos.ts'

/** How long a deletion can be undone, in milliseconds. */
const undoMs = 10_000

/** The photos that are deleted as far as anyone sees. */
export interface Deletions {
  readonly hiddenIds: ReadonlySet<string>
  /** How many photos the last deletion can still bring back. */
  readonly undoableCount: number
  /** With `isFinal`, deletes them at once, and nothing brings them back. */
  remove(photos: readonly Photo[], options?: { readonly isFinal: boolean }): void
  /** Returns the ids of the photos that it brings back. */
  undo(): readonly Photo['id'][]
  /** Stops the time while the pointer or the focus is at the offer to undo. */
  hold(isHeld: boolean): void
}

/**
 * Hides photos at once, and deletes them some seconds later, or when the page is left. If the browser crashes in the meantime,
 * nothing is deleted.
 */
export function useDeletions({ notify }: { readonly notify: (sentence: string) => void }): Deletions {
  const [hiddenIds, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [pending, setPending] = useState<readonly Photo['id'][]>([])
  const [isHeld, setHeld] = useState(false)
  const latest = useRef(pending)
  latest.current = pending
  const underWay = useRef(new Set<readonly string[]>())

  function show(ids: readonly string[]): void {
    setHidden((hidden) => new Set([...hidden].filter((id) => !ids.includes(id))))
  }
  async function commit(): Promise<void> {
    const ids = latest.current
    if (ids.length === 0) return
    setPending([])
    setHeld(false)
    await deleteNow(ids)
  }
  async function deleteNow(ids: readonly string[]): Promise<void> {
    underWay.current.add(ids)
    const failed = await deletePhotos(ids)
    underWay.current.delete(ids)
    if (failed.ids.length === 0) return
    show(failed.ids)
    notify(text.deletion.failed(failed.ids.length, describeFailure(failed.error)))
  }
  const commitPending = useEffectEvent(() => void commit())
  useEffect(() => {
    if (pending.length === 0 || isHeld) return
    const timer = setTimeout(() => commitPending(), undoMs)
    return () => clearTimeout(timer)
  }, [pending, isHeld])
  useEffect(() => {
    const leave = () => {
      // a request that is not sent yet, or would be repeated, ends with the page; first those that were never sent: there is little room
      deletePhotosWhileLeaving([...new Set([latest.current, ...underWay.current].flat())])
      latest.current = []
      setPending([])
    }
    window.addEventListener('pagehide', leave)
    return () => window.removeEventListener('pagehide', leave)
  }, [])

  return {
    hiddenIds,
    undoableCount: pending.length,
    remove(photos, { isFinal } = { isFinal: false }) {
      const ids = photos.map(({ id }) => id)
      void commit()
      setHidden((hidden) => new Set([...hidden, ...ids]))
      const sentence = text.deletion.deleted(ids.length)
      if (isFinal) {
        notify(sentence)
        void deleteNow(ids)
      } else {
        setPending(ids)
        announcer.say('deletion', sentence)
      }
    },
    undo() {
      show(pending)
      setPending([])
      setHeld(false)
      announcer.say('deletion', text.deletion.restored(pending.length))
      return pending
    },
    hold: setHeld,
  }
}
