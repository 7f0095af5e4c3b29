import type { ServerResponse } from 'node:http'
import { finished, Readable } from 'node:stream'
import { openCaller } from '@tintype/contract'
import type { Access } from '../access/access.ts'
import type { ThreadShares } from '../share-thread.ts'
import type { Handler } from '../state.ts'

/** Whose turn it is to send. */
export interface SendStreamsOptions {
  readonly thread: Pick<ThreadShares, 'run' | 'isAlone'>
  readonly access: Pick<Access, 'shareOf'>
}

/** Streams that a caller without company sends without turns: those of a page. Turns would cost it a tenth of its time. */
const fewStreams = 8

/**
 * Sends the stream of a 200 or 206 instead of Koa. Koa first checks whether it is a `Response`, and for that Node loads all
 * of `fetch` while every other request waits. It is the outermost middleware, so that all headers are set by then. Koa
 * handles clients that have left, and all other bodies.
 */
export function sendStreams({ thread, access }: SendStreamsOptions): Handler {
  let sent = 0
  return async (ctx, next) => {
    await next()
    const { body, status, method, respond, writable, res } = ctx
    if (!(body instanceof Readable) || ![200, 206].includes(status)) return
    if (method === 'HEAD' || respond === false || !writable) return
    ctx.respond = false
    const share = access.shareOf(openCaller, ctx.req)
    sent += 1
    res.once('close', () => {
      sent -= 1
    })
    sendInTurns(body, res, (task) => {
      if (sent <= fewStreams && thread.isAlone(share)) task()
      else thread.run(share, task, () => res.closed)
    })
  }
}

/**
 * Reads and sends each chunk when its caller has a turn: to copy thousands of them to the kernel would take the thread from the
 * others, and to read them the file system. A chunk is in memory until the client has taken it.
 */
function sendInTurns(body: Readable, res: ServerResponse, run: (task: () => void) => void): void {
  let isWaiting = false
  const endWait = () => {
    isWaiting = false
    send()
  }
  const sendChunk = () => {
    isWaiting = false
    const chunk: unknown = body.read()
    if (chunk === null || res.closed) return // 'readable' follows if there is more
    // Node would send it after this turn of the caller, in which its time is counted.
    res.cork()
    isWaiting = !res.write(chunk)
    res.uncork()
    if (isWaiting) res.once('drain', endWait)
    else send()
  }
  function send(): void {
    if (isWaiting) return
    isWaiting = true
    run(sendChunk)
  }
  body.on('readable', send)
  // Koa reports an error.
  finished(body, (error) => (error ? res.destroy(error) : res.end()))
  res.once('close', () => body.destroy())
}
