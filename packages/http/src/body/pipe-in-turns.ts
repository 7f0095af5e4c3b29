import type { Readable, Writable } from 'node:stream'

/** Calls the task when its caller may use the serving thread: at once, or later. */
export type InTurn = (task: () => void) => void

/**
 * Pipes a body, and reads what has arrived of it when its caller has a turn. Parsing, hashing and copying happen then: a caller
 * that sends many bodies at once would otherwise take the thread from the others. Nothing is read while the writer is full.
 *
 * Errors of the body are not passed on, as with `pipe`.
 *
 * @returns ends it: nothing more is read or written, and the rest of the body stays unread
 */
export function pipeInTurns(body: Readable, to: Writable, inTurn: InTurn): () => void {
  let isOver = false
  /** For a turn, or until the writer has room again. */
  let isWaiting = false

  function wait(): void {
    if (isOver || isWaiting) return
    isWaiting = true
    inTurn(goOn)
  }

  function goOn(): void {
    isWaiting = false
    while (!isOver && !to.destroyed && !isWaiting) {
      const chunk: unknown = body.read()
      if (chunk === null) return // 'readable' follows if there is more
      isWaiting = !to.write(chunk)
    }
  }

  function takeRoom(): void {
    isWaiting = false
    wait()
  }

  function end(): void {
    if (!isOver && !to.destroyed) to.end()
  }

  body.on('readable', wait)
  body.on('end', end)
  to.on('drain', takeRoom)
  if (body.readableEnded) end()
  return () => {
    isOver = true
    body.off('readable', wait)
    body.off('end', end)
    to.off('drain', takeRoom)
    // for any other listener of 'data' Node plans to let the bytes flow now
    process.nextTick(() => body.pause())
  }
}
