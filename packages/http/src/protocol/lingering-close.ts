import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { holdsBody } from './expect-continue.ts'
import { hasBody } from './request-body.ts'

/** How much of an unread body is read and discarded after its answer. */
interface DrainBounds {
  readonly byteSize: number
  /** Milliseconds between two chunks. */
  readonly idleMs: number
  /** Milliseconds in all. */
  readonly totalMs: number
}

/** A client that writes its whole body before it reads can read its answer: up to 64 MiB, as long as it sends. */
const patient: DrainBounds = { byteSize: 64 * 1024 * 1024, idleMs: 5000, totalMs: 30_000 }
/** If many clients are refused at once. */
const brief: DrainBounds = { byteSize: 1024 * 1024, idleMs: 2000, totalMs: 2000 }
/** A client that asked whether to send its body: most do not send it now, and some have sent it at once. */
const held: DrainBounds = { ...patient, idleMs: 1000 }
/** Clients that are waited for patiently at the same time. */
const maxPatientDrains = 64

/** Bytes of an unread body that are read so that the connection can be used again. More would cost more than a new one. */
const reusableByteSize = 1024 * 1024

const patientDrains = new Set<IncomingMessage | Socket>()

/** Connections whose next piece may be read in one turn of the event loop. Each has up to 64 KiB. */
const piecesEachTurn = 4
/** Reads the next piece of each body that is discarded, in order. */
const nextPieces = new Set<() => void>()
let isReading = false

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
    drain(req, patient, () => req.readableEnded || req.destroy())
    return false
  }
  if (answer === '') res.flushHeaders()
  else res.write(answer)
  // Node closes the connection with the answer's end. After Expect without 100 Continue, the next bytes can be the body or another
  // request (B070): both are discarded.
  drain(req, isHeld ? held : patient, () => res.end())
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
  drain(socket, patient, () => socket.destroy())
}

/** Discards what still comes, without parsing it: Node would report each packet after the first one that is no HTTP. */
export function ignoreInput(socket: Socket): void {
  socket.removeAllListeners('data') // the parser's
  socket.on('data', () => {})
}

/** Calls back once: when the bytes have ended, the client has left, or a bound is reached. */
function drain(req: IncomingMessage | Socket, wanted: DrainBounds, onLeft: () => unknown): void {
  const bounds = patientDrains.size < maxPatientDrains ? wanted : brief
  if (bounds === wanted) patientDrains.add(req)
  let drained = 0
  const idle = setTimeout(leave, bounds.idleMs)
  const total = setTimeout(leave, bounds.totalMs)
  req.on('data', (chunk: Buffer) => {
    drained += chunk.length
    req.pause()
    if (drained > bounds.byteSize) return // from here on only the kernel's buffers take bytes
    idle.refresh()
    readInTurn(resume)
  })
  req.on('error', () => {}) // the client may leave at any moment, which is not an error
  req.once('end', leave).once('close', leave)
  req.resume()

  function resume(): void {
    req.resume()
  }

  function leave(): void {
    clearTimeout(idle)
    clearTimeout(total)
    patientDrains.delete(req)
    nextPieces.delete(resume)
    req.off('end', leave).off('close', leave)
    onLeft()
  }
}

/** Clients send as fast as they are read: to read what is discarded would take the thread from all that is wanted. */
function readInTurn(read: () => void): void {
  nextPieces.add(read)
  if (isReading) return
  isReading = true
  setImmediate(readPieces)
}

function readPieces(): void {
  for (const read of [...nextPieces].slice(0, piecesEachTurn)) {
    nextPieces.delete(read)
    read()
  }
  isReading = nextPieces.size > 0
  if (isReading) setImmediate(readPieces)
}
