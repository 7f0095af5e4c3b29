const headEnd = Buffer.from('\r\n\r\n')

/** One complete answer. */
export interface Answer {
  readonly status: number
  /** Whether the server closes the connection after it. */
  readonly isLast: boolean
}

/** Splits the bytes of a connection into answers; throws if they are not HTTP. */
export interface AnswerReader {
  take(chunk: Buffer): void
}

/**
 * Reads answers off a raw connection and drops their bodies.
 *
 * @see RFC 9112
 */
export function createAnswerReader(onAnswer: (answer: Answer) => void): AnswerReader {
  let held: Buffer | undefined
  let answer: Answer | undefined
  let leftByteSize = 0
  let isChunked = false

  function end(): void {
    const ended = answer
    answer = undefined
    isChunked = false
    if (ended && ended.status >= 200) onAnswer(ended)
  }

  /** Reads the next head, or part of a body; returns the offset after it, or -1 if more bytes are needed. */
  function step(bytes: Buffer, from: number): number {
    if (!answer) {
      const at = bytes.indexOf(headEnd, from)
      if (at < 0) return -1
      const head = bytes.toString('latin1', from, at + 2)
      const status = Number(head.slice(9, 12))
      if (!head.startsWith('HTTP/1.') || !(status >= 100))
        throw new Error(`not an answer: ${head.slice(0, 40)}`)
      answer = { status, isLast: /\r\nconnection: *close/i.test(head) }
      isChunked = /\r\ntransfer-encoding: *chunked/i.test(head)
      const hasBody = status >= 200 && status !== 204 && status !== 304
      leftByteSize = hasBody ? Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0) : 0
      if (!isChunked && leftByteSize === 0) end()
      return at + 4
    }
    if (leftByteSize > 0) {
      const taken = Math.min(leftByteSize, bytes.length - from)
      leftByteSize -= taken
      if (leftByteSize === 0 && !isChunked) end()
      return from + taken
    }
    const lineEnd = bytes.indexOf('\r\n', from)
    if (lineEnd < 0) return -1
    const size = Number.parseInt(bytes.toString('latin1', from, lineEnd), 16)
    // the last chunk has no bytes and is followed by one empty line; every other one is followed by a line end
    if (size > 0) leftByteSize = size + 2
    else if (bytes.length < lineEnd + 4) return -1
    else {
      end()
      return lineEnd + 4
    }
    return lineEnd + 2
  }

  return {
    take(chunk) {
      const bytes = held ? Buffer.concat([held, chunk]) : chunk
      held = undefined
      for (let at = 0; at < bytes.length; ) {
        const next = step(bytes, at)
        if (next < 0) {
          held = bytes.subarray(at)
          return
        }
        at = next
      }
    },
  }
}
