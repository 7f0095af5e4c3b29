import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Ids that programs make: UUIDs, hexadecimal numbers, base64, with a name before them. Nothing that a log would have to escape. */
const plainId = /^[A-Za-z0-9][A-Za-z0-9._:~+/=@-]{0,127}$/

/**
 * The id of a request: the one in its `X-Request-Id`, so that logs of clients, proxies and Tintype have the same one; a new UUID
 * if there is none, or it is longer than 128 characters or has others than letters, digits and `._:~+/=@-`.
 */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const sent = headers['x-request-id']
  return typeof sent === 'string' && plainId.test(sent) ? sent : randomUUID()
}
