import { isTintypeError, type PhotoId, type TintypeClient } from '@tintype/client'

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
    const outcomes = await Promise.allSettled(ids.map((id) => deletePhoto(client, id)))
    const deleted = outcomes.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    events.onDeleted(deleted)
    show(ids)
    const failed = outcomes.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
    return deleted
  }

  return {
    isHidden: (id) => hidden.has(id),
    remove(given, { undoMs = 10_000 } = {}) {
      const ids = given.filter((id) => !hidden.has(id))
      for (const id of ids) hidden.add(id)
      events.onChange()
      const { promise: decision, resolve: decide } = withResolvers<boolean>()
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

/** `Promise.withResolvers`, which the oldest supported browsers do not have. */
function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((one) => {
    resolve = one
  })
  return { promise, resolve }
}

/** A photo that does not exist is deleted already. */
async function deletePhoto(client: TintypeClient, id: string): Promise<PhotoId> {
  try {
    await client.photos.delete.mutate({ id })
  } catch (error) {
    if (!isTintypeError(error) || error.code !== 'PHOTO_NOT_FOUND') throw error
  }
  return id as PhotoId
}
