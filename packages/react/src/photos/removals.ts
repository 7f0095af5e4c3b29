import { type PhotoId, type TintypeClient, TintypeError } from '@tintype/client'

/** How photos are deleted. */
export interface RemovalOptions {
  /**
   * How long the deletion can be undone, in milliseconds. With 0 it is sent at once.
   *
   * @default 10000
   */
  readonly undoMs?: number | undefined
}

/** Photos that are not shown any more, and are about to be deleted. */
export interface Removal {
  /** Shows the photos again. Does nothing once the deletion was sent. */
  undo(): void
  /**
   * Resolves with the ids of the photos that are deleted: none after `undo`. Rejects with a `TintypeError` if some could not be
   * deleted. Those are shown again. It may be ignored.
   */
  readonly done: Promise<readonly PhotoId[]>
}

/** Deletions that can be undone for a while. */
export interface Removals {
  isHidden(id: string): boolean
  remove(ids: readonly string[], options?: RemovalOptions): Removal
}

/** Photos that one request may delete. */
const maxDeletions = 100

/** @param events `onChange`: other photos are hidden; `onDeleted`: these do not exist any more */
export function createRemovals(
  client: TintypeClient,
  events: { readonly onChange: () => void; readonly onDeleted: (ids: readonly PhotoId[]) => void },
): Removals {
  const hidden = new Set<string>()
  function show(ids: Iterable<string>): void {
    for (const id of ids) hidden.delete(id)
    events.onChange()
  }

  async function send(ids: readonly string[]): Promise<readonly PhotoId[]> {
    const deleted: PhotoId[] = []
    let failure: TintypeError | undefined
    try {
      for (let at = 0; at < ids.length; at += maxDeletions) {
        const part = ids.slice(at, at + maxDeletions)
        for (const outcome of await client.photos.deleteMany.mutate({ ids: part })) {
          // a photo that does not exist is deleted already
          const error = outcome.status === 'failed' ? outcome.error : undefined
          if (!error || error.code === 'PHOTO_NOT_FOUND') deleted.push(outcome.id)
          else failure ??= new TintypeError(error.code, error.detail, { requestId: error.requestId })
        }
      }
    } finally {
      events.onDeleted(deleted)
      show(ids)
    }
    if (failure) throw failure
    return deleted
  }

  return {
    isHidden: (id) => hidden.has(id),
    remove(given, { undoMs = 10_000 } = {}) {
      const ids = given.filter((id) => !hidden.has(id))
      for (const id of ids) hidden.add(id)
      events.onChange()
      let decide: (isWanted: boolean) => void = () => {}
      const decision = new Promise<boolean>((resolve) => {
        decide = resolve
      })
      const sendNow = () => decide(true)
      const timer = undoMs > 0 ? setTimeout(sendNow, undoMs) : undefined
      if (undoMs <= 0) sendNow()
      // a page that is left cannot be undone
      globalThis.addEventListener?.('pagehide', sendNow)
      const done = decision.then(async (isWanted) => {
        clearTimeout(timer)
        globalThis.removeEventListener?.('pagehide', sendNow)
        if (isWanted) return send(ids)
        show(ids)
        return []
      })
      done.catch(() => {})
      return { undo: () => decide(false), done }
    },
  }
}
