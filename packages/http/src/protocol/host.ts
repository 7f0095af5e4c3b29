import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether `address` is an IP address that only this machine can reach: 127.0.0.0/8 or ::1, in any spelling. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Whether a host name, as parsed by `parseHost`, resolves to the client's own machine. Browsers resolve `localhost` and its
 * subdomains themselves, so no DNS answer can rebind them.
 *
 * @see RFC 6761 §6.3
 */
export function isLoopbackHost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name)
}

/** The host of a `Host` header. */
export interface ParsedHost {
  /** Lower case; IPv6 without brackets, names without a final dot. */
  readonly name: string
  /** The header in lower case, with the port if there is one: the part of an origin after `http://`. */
  readonly authority: string
  readonly isAddress: boolean
}

/**
 * Reads a `Host` header. `undefined` unless it is a plain `name`, `address` or `[address]` with an optional port. User info,
 * paths, lists and other characters are refused (CVE-2026-27959 of Koa, threat B281).
 *
 * @see RFC 9110 §7.2
 */
export function parseHost(header: string | undefined): ParsedHost | undefined {
  const groups = hostPattern.exec(header ?? '')?.groups
  if (!groups) return undefined
  const authority = (header ?? '').toLowerCase()
  const name = (groups.v6 ?? groups.name ?? '').toLowerCase().replace(/\.$/, '')
  if (name === '' || (groups.v6 !== undefined && isIP(name) !== 6)) return undefined
  return { name, authority, isAddress: isIP(name) !== 0 }
}

// The longest name in DNS has 253 octets (RFC 1035 §2.3.4).
const hostPattern = /^(?:\[(?<v6>[0-9a-f:.]{2,45})\]|(?<name>[a-z0-9._-]{1,253}))(?::\d{0,5})?$/i

/** Whether a request has more than one Host header. Different readers could use different ones. */
export function hasManyHosts({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length > 1
}
