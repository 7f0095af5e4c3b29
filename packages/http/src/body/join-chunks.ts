import type { IncomingMessage } from 'node:http'

/** Larger chunks are passed on as they are. */
const smallByteSize = 4096
/** Small chunks wait for more of them until they are as long as this together, or the sockets have been read once. */
const joinedByteSize = 16 * 1024
/** A chunk shorter than this has more framing and cost than bytes. */
const tinyByteSize = 64
/** Tiny chunks of one body that may come at once, between two polls of the sockets. */
const maxTinyChunks = 1024
/** Bytes that the framing of a body may have, besides eight for each byte of the body: a chunk of one byte has five. */
const freeFramingByteSize = 256 * 1024

/**
 * Joins small chunks of a body that come at once. A chunk may have one byte, and Node makes a buffer and an event of each: 60 KB
 * would become 10 000, for every reader of the body. Node's limit on buffered bytes does not see them.
 *
 * Extensions of chunks are skipped by Node's parser, 16 KB of each, and no limit sees them either.
 *
 * @param onExcess called once, if too many tiny chunks come at once, or far more framing than body. Nothing more of the body is passed
 * on then
 */
export function joinChunks(req: IncomingMessage, onExcess: () => void): void {
  if (req.headers['transfer-encoding'] === undefined) return
  const push = req.push.bind(req)
  let waiting: Buffer[] = []
  let waitingByteSize = 0
  let tinyChunks = 0
  let received = 0
  let isOver = false
  const startedAt = req.socket.bytesRead
  let turn: NodeJS.Immediate | undefined

  const framingByteSize = () => req.socket.bytesRead - startedAt - received

  function passOn(): boolean {
    if (waiting.length === 0) return true
    const joined = Buffer.concat(waiting, waitingByteSize)
    waiting = []
    waitingByteSize = 0
    return push(joined)
  }

  function endTurn(): void {
    turn = undefined
    tinyChunks = 0
    passOn()
  }

  req.push = (chunk: Buffer | null) => {
    if (isOver) return false
    if (chunk === null) {
      clearImmediate(turn)
      passOn()
      return push(null)
    }
    received += chunk.byteLength
    if (chunk.byteLength < tinyByteSize) tinyChunks += 1
    isOver = tinyChunks > maxTinyChunks || framingByteSize() > freeFramingByteSize + 8 * received
    if (isOver) {
      clearImmediate(turn)
      waiting = []
      onExcess()
      return false
    }
    if (waiting.length === 0 && chunk.byteLength >= smallByteSize) return push(chunk)
    turn ??= setImmediate(endTurn)
    waiting.push(chunk)
    waitingByteSize += chunk.byteLength
    if (waitingByteSize >= joinedByteSize) return passOn()
    return req.readableLength + waitingByteSize < req.readableHighWaterMark
  }
}
