import type { Socket } from 'node:net'
import type { LoadBody } from './load-plan.ts'

/** Sends a body: at once if it is complete, in pieces with back-pressure if it is generated. */
export function sendBody(socket: Socket, body: LoadBody): void {
  if (body instanceof Uint8Array) {
    socket.write(body)
    return
  }
  const { prefix, filling, fillingByteSize, suffix } = body
  socket.write(prefix)
  let left = fillingByteSize
  const pour = () => {
    while (left > 0) {
      if (socket.destroyed) return
      const piece = left < filling.length ? filling.subarray(0, left) : filling
      left -= piece.length
      if (!socket.write(piece)) {
        socket.once('drain', pour)
        return
      }
    }
    socket.write(suffix)
  }
  pour()
}
