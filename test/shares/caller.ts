import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** The result of a request. */
export interface Outcome {
  /** Status and code of the answer, such as `201` or `503 OVERLOADED`; `no answer` with the reason if there was none. A 503 that does not say when to try again ends with `without Retry-After`. */
  readonly result: string
  readonly body: Buffer
  /** From the first byte sent to the last one received. */
  readonly durationMs: number
}

/** What is sent. */
export interface Sent {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Aborted if the caller leaves. */
  readonly signal?: AbortSignal
}

/** One caller of the server, which has an address of its own. Disposing it closes its connections. */
export interface Caller extends Disposable {
  /** Sends a request and reads the whole answer. Never rejects. */
  send(sent: Sent): Promise<Outcome>
  /** Opens a connection for bytes of any kind. Its errors are ignored. */
  open(): Socket
  /** How often each result came. */
  readonly results: Map<string, number>
}

/** A request without an answer after this time counts as refused. */
const answerTimeoutMs = 60_000

/**
 * @param url of the server
 * @param address of the loopback range, such as `127.0.0.2`
 */
export function createCaller(url: string, address: string): Caller {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, localAddress: address })
  const sockets = new Set<Socket>()
  const results = new Map<string, number>()

  async function ask({ method = 'GET', path, headers = {}, body, signal }: Sent): Promise<Outcome> {
    const startedAt = performance.now()
    const answered = Promise.withResolvers<IncomingMessage>()
    const limit = AbortSignal.timeout(answerTimeoutMs)
    const outgoing = request(url + path, {
      agent,
      method,
      headers: { ...headers, ...(body && { 'Content-Length': body.byteLength }) },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    outgoing.on('response', answered.resolve).on('error', answered.reject)
    outgoing.end(body)
    try {
      const answer = await answered.promise
      const received = await buffer(answer)
      return {
        result: resultOf(answer, received),
        body: received,
        durationMs: performance.now() - startedAt,
      }
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      return {
        result: `no answer, ${code}`,
        body: Buffer.alloc(0),
        durationMs: performance.now() - startedAt,
      }
    }
  }

  return {
    results,
    async send(sent) {
      const outcome = await ask(sent)
      results.set(outcome.result, (results.get(outcome.result) ?? 0) + 1)
      return outcome
    },
    open() {
      const socket = connect({ host: hostname, port: Number(port), localAddress: address })
      sockets.add(socket)
      return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    },
    [Symbol.dispose]() {
      agent.destroy()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function resultOf({ statusCode: status = 0, headers }: IncomingMessage, body: Buffer): string {
  if (status < 400) return String(status)
  const code = /"code":"([A-Z_]+)"/.exec(body.toString('latin1'))?.[1] ?? ''
  const isEndless = status === 503 && headers['retry-after'] === undefined
  return [status, code, isEndless ? 'without Retry-After' : ''].join(' ').trim()
}
