import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it reaches the proxy. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** What happens to a request. */
export type Fault =
  /** The proxy answers; the engine does not see the request. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Record<string, string>
    }
  /** The engine does what is asked, and the connection ends instead of its answer. */
  | { readonly kind: 'lose-answer' }
  /** The engine does what is asked, and another answer arrives. */
  | {
      readonly kind: 'replace-answer'
      readonly status: number
      readonly body?: string
      readonly headers?: Record<string, string>
    }
  /** The engine's answer, with more headers. */
  | { readonly kind: 'add-headers'; readonly headers: Record<string, string> }
  /** The first byte of the request's body arrives changed. */
  | { readonly kind: 'change-body' }
  /** The connection ends after so many bytes of the answer. */
  | { readonly kind: 'cut-answer'; readonly afterBytes: number }

/** A proxy in front of an engine, on a real socket. Disposing it cuts its connections. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string
  /** Every request so far. */
  readonly requests: readonly SeenRequest[]
  /** Bytes of bodies that it has passed to clients. */
  sentBytes(): number
  /** Connections of clients that are open. */
  connections(): Promise<number>
  /** Chooses what happens to each request from now on; `undefined` passes it on. */
  inject(choose: (request: SeenRequest) => Fault | undefined): void
}

/** Starts a proxy. It passes `Host` on as it came, because that is signed. */
export async function startFaultProxy(engineUrl: string): Promise<FaultProxy> {
  const requests: SeenRequest[] = []
  let choose: (request: SeenRequest) => Fault | undefined = () => undefined
  let sentBytes = 0
  const onBytes = (count: number) => {
    sentBytes += count
  }
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming
    const seen = { method, url, headers }
    requests.push(seen)
    const fault = choose(seen)
    if (fault?.kind === 'answer') {
      incoming.resume().on('end', () => answer(outgoing, fault))
      return
    }
    pass(incoming, { engineUrl, outgoing, fault, onBytes })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sentBytes: () => sentBytes,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    inject(next) {
      choose = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answer(
  outgoing: ServerResponse,
  { status, body = '', headers = {} }: Extract<Fault, { readonly kind: 'answer' | 'replace-answer' }>,
): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(body)
}

function pass(
  incoming: IncomingMessage,
  {
    engineUrl,
    outgoing,
    fault,
    onBytes,
  }: {
    readonly engineUrl: string
    readonly outgoing: ServerResponse
    readonly fault: Fault | undefined
    readonly onBytes: (count: number) => void
  },
): void {
  const { hostname, port } = new URL(engineUrl)
  const { method, url, headers } = incoming
  const onward = request({ hostname, port, method, path: url, headers, agent: false }, (received) => {
    if (fault?.kind === 'lose-answer' || fault?.kind === 'replace-answer') {
      received.resume().on('end', () => {
        if (fault.kind === 'lose-answer') outgoing.destroy()
        else answer(outgoing, fault)
      })
      return
    }
    const more = fault?.kind === 'add-headers' ? fault.headers : {}
    outgoing.writeHead(received.statusCode ?? 502, { ...received.headers, ...more })
    outgoing.flushHeaders()
    let sent = 0
    received.on('data', (chunk: Buffer) => {
      const left = fault?.kind === 'cut-answer' ? fault.afterBytes - sent : chunk.byteLength
      const part = chunk.subarray(0, left)
      sent += part.byteLength
      onBytes(part.byteLength)
      if (part.byteLength < chunk.byteLength) {
        outgoing.write(part, () => outgoing.destroy())
        received.destroy()
      } else if (!outgoing.write(part)) received.pause()
    })
    outgoing.on('drain', () => received.resume())
    outgoing.on('close', () => received.destroy())
    received.on('end', () => outgoing.end())
    received.on('error', () => outgoing.destroy())
  })
  onward.on('error', () => outgoing.destroy())
  incoming.on('error', () => onward.destroy())
  let isFirst = true
  incoming.on('data', (chunk: Buffer) => {
    if (isFirst && fault?.kind === 'change-body') chunk[0] = (chunk[0] ?? 0) ^ 1
    isFirst = false
    if (!onward.write(chunk)) incoming.pause()
  })
  onward.on('drain', () => incoming.resume())
  incoming.on('end', () => onward.end())
  incoming.on('close', () => {
    if (!incoming.complete) onward.destroy()
  })
}
