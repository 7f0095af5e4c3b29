import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { addressGroupOf, clientAddressOf } from '@tintype/access'
import { pipeInTurns } from '../body/pipe-in-turns.ts'
import { holdsBody } from '../protocol/expect-continue.ts'
import { hasBody } from '../protocol/request-body.ts'
import { discardInTurn } from './discard-in-turn.ts'

/** How much of an unread body is read and discarded after its answer. */
interface DrainBounds {
  readonly byteSize: number
  /** Milliseconds between two chunks. */
  readonly idleMs: number
  /** Milliseconds in all. */
  readonly totalMs: number
}

/** A client that writes its whole body before it reads can read its answer: up to 64 MiB, as long as it sends. */
const long: DrainBounds = { byteSize: 64 * 1024 * 1024, idleMs: 5000, totalMs: 30_000 }
/** If many clients are refused at once. */
const brief: DrainBounds = { byteSize: 1024 * 1024, idleMs: 2000, totalMs: 2000 }
/** A client that asked whether to send its body: most do not send it now, and some have sent it at once. */
const held: DrainBounds = { ...long, idleMs: 1000 }
/** Clients that are waited for patiently at the same time: all, and those at one address. */
const maxPatient = { all: 256, each: 64 }

/** Bytes of an unread body that are read so that the connection can be used again. More would cost more than a new one. */
const reusableByteSize = 1024 * 1024

/** How many clients at each address are waited for patiently. */
const waitedFor = new Map<string, number>()

/**
 * Answers a request with a body that was not read to its end, and goes on reading while the client sends, as nginx does.
 * Closing the connection in the meantime would reset it, and the answer would be lost (threats B039, B075): many clients
 * write all of their body before they read, and browsers too. After a short body the connection stays open.
 *
 * Status and headers must be set, `Content-Length` among them.
 *
 * @param answer the body to send; may be empty
 * @returns whether the answer was sent; if not, the caller sends it
 */
export function leaveBody(req: IncomingMessage, res: ServerResponse, answer: string): boolean {
  if (req.readableEnded || req.destroyed || !hasBody(req)) return false
  const isHeld = holdsBody(req)
  const isShort = Number(req.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= reusableByteSize
  const livesOn = isShort && !isHeld && res.shouldKeepAlive
  if (!livesOn) res.setHeader('Connection', 'close')
  if (livesOn) {
    drain(req, long, () => req.readableEnded || req.destroy())
    return false
  }
  if (answer === '') res.flushHeaders()
  else res.write(answer)
  // Node closes the connection with the answer's end. After Expect without 100 Continue, the next bytes can be the body or another
  // request (B070): both are discarded.
  drain(req, isHeld ? held : long, () => res.end())
  return true
}

/**
 * Answers what is no HTTP and closes the connection, with the same patience: what the client still sends is read and discarded,
 * and never parsed as another request (threat B063).
 *
 * @param answer a whole message, with its head
 */
export function endConnection(socket: Socket, answer = ''): void {
  ignoreInput(socket)
  socket.end(answer)
  drain(socket, long, () => socket.destroy())
}

/** Discards what still comes, without parsing it: Node would report each packet after the first one that is no HTTP. */
export function ignoreInput(socket: Socket): void {
  socket.removeAllListeners('data') // the parser's
  socket.on('data', () => {})
}

/** Calls back once: when the bytes have ended, the client has left, or a bound is reached. */
function drain(req: IncomingMessage | Socket, wanted: DrainBounds, onLeft: () => unknown): void {
  const { remoteAddress } = 'socket' in req ? req.socket : req
  const address = addressGroupOf(clientAddressOf(remoteAddress, [], []))
  const place = takePatience(address)
  const bounds = place ? wanted : brief
  let drained = 0
  const idle = setTimeout(leave, bounds.idleMs)
  const total = setTimeout(leave, bounds.totalMs)
  const nothing = new Writable({
    write(chunk: Buffer, _encoding, done) {
      drained += chunk.length
      if (drained > bounds.byteSize)
        stop() // from here on only the kernel's buffers take bytes
      else idle.refresh()
      done()
    },
  })
  req.on('error', () => {}) // the client may leave at any moment, which is not an error
  req.once('end', leave).once('close', leave)
  const stop = pipeInTurns(req, nothing, (task) => discardInTurn(address, task))

  function leave(): void {
    clearTimeout(idle)
    clearTimeout(total)
    place?.[Symbol.dispose]()
    req.off('end', leave).off('close', leave)
    onLeft()
  }
}

/** A place among those who are waited for patiently; `undefined` if there is none. */
function takePatience(address: string): Disposable | undefined {
  const own = waitedFor.get(address) ?? 0
  const all = waitedFor.values().reduce((sum, count) => sum + count, 0)
  if (own >= maxPatient.each || all >= maxPatient.all) return undefined
  waitedFor.set(address, own + 1)
  return {
    [Symbol.dispose]() {
      const left = (waitedFor.get(address) ?? 0) - 1
      if (left > 0) waitedFor.set(address, left)
      else waitedFor.delete(address)
    },
  }
}
