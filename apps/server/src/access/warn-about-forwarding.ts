import type { Log } from '@tintype/photos'

/** Anyone can send the header, so warnings are few: enough for every proxy of one installation. */
const maxPeers = 20

/**
 * Logs that `X-Forwarded-For` of a peer is ignored: once for each peer, and for 20 peers at most.
 *
 * @returns called with the peer's address
 */
export function createForwardingWarning(log: Log): (peer: string) => void {
  const warned = new Set<string>()
  return (peer) => {
    if (warned.has(peer) || warned.size >= maxPeers) return
    warned.add(peer)
    log.warn(
      { event: 'forwarded-for-ignored', peer },
      'X-Forwarded-For was ignored, because its sender is not in TINTYPE_TRUSTED_PROXIES (or the option trustedProxies): if it ' +
        'is your proxy, list it there, or all callers behind it share one address and its rates',
    )
  }
}
