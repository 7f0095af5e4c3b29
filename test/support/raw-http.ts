import { once } from 'node:events'
import { connect } from 'node:net'
import { targetBelow } from './base-path.ts'

/** An answer as it came, informational ones (`100 Continue`) among them. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

/** A connection that sends exactly the given bytes. Disposing it closes it. */
export interface Connection extends Disposable {
  /** Resolves when the kernel has the bytes, even if the other side no longer reads. */
  write(bytes: string | Uint8Array): Promise<void>
  /** The next answer. Rejects if the connection ends before it is complete. */
  answer(): Promise<Answer>
  /** Closes the sending side; answers are still read. */
  end(): void
  /** Resets the connection (RST). */
  reset(): void
  /** Resolves when the other side has ended the connection, with the bytes that belong to no answer. */
  readonly ended: Promise<Buffer>
}

/** Opens a connection to the server at `url`. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true })
  let received = Buffer.alloc(0)
  let isOver = false
  let wake = () => {}
  const over = Promise.withResolvers<Buffer>()
  const finish = () => {
    isOver = true
    wake()
    over.resolve(received)
  }
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on('error', finish).on('end', finish).on('close', finish)
  await once(socket, 'connect')

  return {
    write(bytes) {
      if (socket.destroyed || !socket.writable) return Promise.resolve()
      return new Promise((resolve) => socket.write(bytes, () => resolve()))
    },
    async answer() {
      for (;;) {
        const found = takeAnswer(received)
        if (found) {
          received = received.subarray(found.byteSize)
          return found.answer
        }
        if (isOver)
          throw new Error(`the connection ended after ${JSON.stringify(received.toString('latin1'))}`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    ended: over.promise,
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

/** Sends one request on a connection of its own and reads its answer. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<Answer> {
  using connection = await openConnection(url)
  const [answer] = await Promise.all([connection.answer(), connection.write(bytes)])
  return answer
}

/**
 * The head of a request, ready to be followed by its body.
 *
 * @param line method and target; the target is put below the base path of the tests
 */
export function requestHead(line: string, headers: Readonly<Record<string, string | number>> = {}): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`)
  const [, method = '', target = ''] = /^(\S+) (.*)$/s.exec(line) ?? []
  return [`${method} ${targetBelow(target)} HTTP/1.1`, ...lines, '', ''].join('\r\n')
}

/** One chunk of a chunked body; an empty one ends it. */
export function chunkOf(bytes: string | Uint8Array): Buffer {
  const content = Buffer.from(bytes)
  return Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')])
}

/** The answer that begins the bytes, if it is complete: its length is always declared here. */
function takeAnswer(bytes: Buffer): { answer: Answer; byteSize: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1])
  const headers = new Headers(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  const bodyStart = headEnd + 4
  const byteSize = bodyStart + Number(headers.get('content-length') ?? 0)
  if (bytes.length < byteSize) return undefined
  return { answer: { status, headers, body: bytes.subarray(bodyStart, byteSize) }, byteSize }
}
