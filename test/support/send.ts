import { type OutgoingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { targetAt } from './base-path.ts'
import type { Answer } from './raw-http.ts'

/** The request besides its target. */
export interface Sending {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array
}

/**
 * Sends a request whose target, below the base path of the server at `url`, is sent exactly as it is given: `fetch` would normalise it, and sets
 * `Host`, `Origin` and `Sec-Fetch-…` itself.
 */
export async function send(url: string, target: string, sending: Sending = {}): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const { method = 'GET', headers = {}, body } = sending
  const outgoing = request({ hostname, port, path: targetAt(url, target), method, headers, agent: false })
  const answered = new Promise<Answer>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const received = new Headers()
      for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
        for (const value of values) received.append(name, value)
      }
      const status = incoming.statusCode ?? 0
      buffer(incoming).then((content) => resolve({ status, headers: received, body: content }), reject)
    })
  })
  outgoing.end(body)
  return answered
}

/** The headers that belong to the resource, not to this one answer. */
export function lastingHeaders({ headers }: Answer): Record<string, string> {
  const passing = new Set(['connection', 'date', 'keep-alive', 'x-request-id'])
  return Object.fromEntries([...headers].filter(([name]) => !passing.has(name)))
}
