import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import {
  addressGroupOf,
  clientAddressOf,
  createRateLimiter,
  parseTrustedProxies,
  type Rate,
  type TrustedProxies,
} from '@tintype/access'
import type { Caller } from '@tintype/contract'

/** How many requests are accepted. An absent rate limits nothing. */
export interface RateOptions {
  /** Proxies whose `X-Forwarded-For` counts. @default none */
  readonly trustedProxies?: TrustedProxies | undefined
  /** Called with the address of a peer whose `X-Forwarded-For` does not count. @default nothing */
  readonly onIgnoredForward?: ((peer: string) => void) | undefined
  readonly rates?:
    | {
        /** Of each key, JWT owner, or key whose upload token is used. A key's own limit wins. */
        readonly caller?: Rate | undefined
        /** Of each address that sends no credential. */
        readonly anonymous?: Rate | undefined
        /** Uploads of each caller or address. */
        readonly upload?: Rate | undefined
      }
    | undefined
}

/** Counts requests by the caller, or by the address if the caller has no credential. */
export interface RequestCounter {
  /** The client's address. */
  addressOf(req: IncomingMessage): string
  /** The client that a connection counts for, as `shareOf` names it without a credential; `undefined` for a trusted proxy. */
  clientOf(socket: Socket): string | undefined
  /** What the caller is counted under: its key or owner, or its address (IPv6: its /64 network) if it has no credential. */
  shareOf(caller: Caller, req: IncomingMessage): string
  /** @throws RATE_LIMITED */
  countRequest(caller: Caller, req: IncomingMessage): void
  /** @throws RATE_LIMITED */
  countUpload(caller: Caller, req: IncomingMessage): void
}

const noProxies = parseTrustedProxies('')

/** Counts on this node only, in bounded memory. */
export function createRequestCounter({
  rates = {},
  trustedProxies = noProxies,
  onIgnoredForward = () => undefined,
}: RateOptions): RequestCounter {
  const clock = { now: () => performance.now() }
  const requests = createRateLimiter(clock)
  const uploads = createRateLimiter(clock)
  /** A connection has one peer, and many requests. */
  const peers = new WeakMap<Socket, string>()
  const peerOf = (socket: Socket) => {
    const known = peers.get(socket)
    if (known !== undefined) return known
    const peer = clientAddressOf(socket.remoteAddress, [], trustedProxies)
    peers.set(socket, peer)
    return peer
  }
  const addressOf = ({ socket, headers }: IncomingMessage) => {
    const peer = peerOf(socket)
    const forwardedFor = headers['x-forwarded-for']
    if (forwardedFor === undefined) return peer
    const senders = [forwardedFor].flat() // Node joins several headers by commas
    const address = clientAddressOf(peer, senders, trustedProxies)
    if (address === peer && isIP(peer) !== 0 && !trustedProxies.includes(peer)) onIgnoredForward(peer)
    return address
  }
  const shareOf = (caller: Caller, req: IncomingMessage) => {
    const { kind, id, countedAs = id } = caller
    return kind === 'open' || kind === 'anonymous' ? addressGroupOf(addressOf(req)) : countedAs
  }
  return {
    addressOf,
    shareOf,
    clientOf(socket) {
      const peer = peerOf(socket)
      return isIP(peer) === 0 || trustedProxies.includes(peer) ? undefined : addressGroupOf(peer)
    },
    countRequest(caller, req) {
      const rate = rateOf(caller, rates)
      if (rate !== undefined) requests.count(shareOf(caller, req), rate)
    },
    countUpload(caller, req) {
      if (rates.upload !== undefined) uploads.count(shareOf(caller, req), rates.upload)
    },
  }
}

function rateOf(
  { kind, limits }: Caller,
  { caller, anonymous }: NonNullable<RateOptions['rates']>,
): Rate | undefined {
  if (kind === 'open' || kind === 'anonymous') return anonymous
  const count = limits?.requestsPerMinute
  return count === undefined ? caller : { count, periodMs: 60_000 }
}
