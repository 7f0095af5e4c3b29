import { BlockList, isIP, isIPv4 } from 'node:net'

/** The proxies whose `X-Forwarded-For` counts. */
export interface TrustedProxies {
  includes(address: string): boolean
}

/**
 * Reads a list of addresses and CIDR ranges such as `10.0.0.0/8, ::1`.
 *
 * @throws RangeError that says which one cannot be read
 */
export function parseTrustedProxies(text: string): TrustedProxies {
  const list = new BlockList()
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
  for (const member of members) {
    const [, address = '', prefix] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(member) ?? []
    const bits = isIPv4(address) ? 32 : 128
    if (isIP(address) === 0 || Number(prefix ?? bits) > bits)
      throw new RangeError(`expected addresses or ranges such as 10.0.0.0/8; received ${member.slice(0, 60)}`)
    list.addSubnet(address, Number(prefix ?? bits), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  // The list makes an object of its own for each address, also if it is empty, as it is by default.
  if (members.length === 0) return { includes: () => false }
  return { includes: (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6') }
}

/**
 * The address that a request comes from. Proxies append the address they received a request from, so the list is read from
 * its end, for as long as the sender is trusted: a client can write anything before that.
 *
 * @param remoteAddress of the connection
 * @param forwardedFor the values of each header `X-Forwarded-For`, in order
 * @returns without zone; IPv4 also if it arrived as an IPv6 address; `unknown` if the connection has none any more
 */
export function clientAddressOf(
  remoteAddress: string | undefined,
  forwardedFor: readonly string[],
  trusted: TrustedProxies,
): string {
  const senders = forwardedFor.flatMap((value) => value.split(','))
  let address = parseAddress(remoteAddress ?? '')
  if (address === undefined) return 'unknown'
  while (trusted.includes(address)) {
    const sender = parseAddress(senders.pop() ?? '')
    if (sender === undefined) return address
    address = sender
  }
  return address
}

/** An address as proxies write it: some add a port, and brackets. */
function parseAddress(text: string): string | undefined {
  const trimmed = text.trim()
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(trimmed)?.[1]
  const address = (bracketed ?? trimmed.replace(/^([\d.]+):\d{1,5}$/, '$1')).replace(/%.*$/, '').toLowerCase()
  if (isIP(address) === 0) return undefined
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1]
  return mapped !== undefined && isIPv4(mapped) ? mapped : address
}
