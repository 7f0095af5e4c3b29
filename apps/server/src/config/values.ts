import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'

/** Thrown for a value that cannot be used. `message` says what was expected, and never has the value in it. */
export class ValueRefused extends Error {
  override readonly name = 'ValueRefused'
}

/** Whole numbers from `min` to `max`, written in digits only. */
export function wholeNumber(noun: string, { min, max }: { min: number; max: number }) {
  return (text: string): number => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new ValueRefused(`expected ${noun} from ${min} to ${max}`)
  }
}

/** The value of a setting that may be missing. */
export const optional =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value | undefined =>
    text === '' ? undefined : parse(text)

/** A parser of another package as one of ours: its `RangeError` says what was expected, without the value. */
export const refusing =
  <Value>(parse: (text: string) => Value) =>
  (text: string): Value => {
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new ValueRefused(error.message)
    }
  }

const byteUnits: Record<string, number> = {
  b: 1,
  kb: 1024,
  kib: 1024,
  mb: 1024 ** 2,
  mib: 1024 ** 2,
  gb: 1024 ** 3,
  gib: 1024 ** 3,
}

/** `25mb` → bytes. Every unit is a power of 1024. */
export function parseByteSize(text: string): number {
  const [, digits, unit] = /^(\d{1,16})\s*([a-z]{0,3})$/i.exec(text) ?? []
  const bytes = Number(digits) * (byteUnits[unit?.toLowerCase() || 'b'] ?? Number.NaN)
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes
  throw new ValueRefused('expected a size of at least one byte, such as 25mb (b, kb, mb or gb)')
}

const timeUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000 }

/** `15s` → milliseconds. A unit is required. @param options.expected for the message, such as `a time from 1ms to 60m` */
export function parseMs({ min, max, expected }: { min: number; max: number; expected: string }) {
  return (text: string): number => {
    const [, digits, unit] = /^(\d{1,16})\s*(ms|s|m)$/i.exec(text) ?? []
    const ms = Number(digits) * (timeUnits[unit?.toLowerCase() ?? ''] ?? Number.NaN)
    if (ms >= min && ms <= max) return ms
    throw new ValueRefused(`expected ${expected}, with its unit (ms, s or m), such as 15s`)
  }
}

/** From 1 ms to 1 h, which is the longest upload. */
export const parseDurationMs = parseMs({ min: 1, max: 3_600_000, expected: 'a time from 1ms to 60m' })

const longTimeUnits: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/**
 * `7d` → seconds. A unit is required: `h` or `d`, and also `s` or `m` if `min` is less than an hour.
 *
 * @param options.expected for the message, such as `a time from 1h to 7d`
 */
export function parseSeconds({ min, max, expected }: { min: number; max: number; expected: string }) {
  const isLong = min >= 3600
  const pattern = isLong ? /^(\d{1,16})\s*([hd])$/i : /^(\d{1,16})\s*([smhd])$/i
  return (text: string): number => {
    const [, digits, unit] = pattern.exec(text) ?? []
    const seconds = Number(digits) * (longTimeUnits[unit?.toLowerCase() ?? ''] ?? Number.NaN)
    if (seconds >= min && seconds <= max) return seconds
    throw new ValueRefused(`expected ${expected}, with its unit (${isLong ? 'h or d' : 's, m, h or d'})`)
  }
}

/** The path of a file or a directory; never a URL. */
export function parsePath(noun: string) {
  return (text: string): string => {
    if (text !== '' && !text.includes('\0') && !/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return text
    throw new ValueRefused(`expected the path of ${noun}`)
  }
}

/** The absolute path of a directory, normalised. */
export function parseDirectory(text: string): string {
  if (isAbsolute(text) && !text.includes('\0')) return resolve(text)
  throw new ValueRefused('expected absolute paths of directories, comma separated')
}

/** `1` or `true`, `0` or `false`. */
export function parseSwitch(text: string): boolean {
  const value = text.toLowerCase()
  if (value === '1' || value === 'true') return true
  if (value === '0' || value === 'false' || value === '') return false
  throw new ValueRefused('expected 1 (or true) or 0 (or false)')
}

/** One of `choices`, in any case. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return (text: string): Choice => {
    const choice = choices.find((one) => one === text.toLowerCase())
    if (choice !== undefined) return choice
    throw new ValueRefused(`expected one of ${choices.join(', ')}`)
  }
}

/** A comma-separated list, without empty members and duplicates. */
export function listOf<Item>(parse: (text: string) => Item) {
  return (text: string): readonly Item[] => {
    const members = text.split(',').map((member) => member.trim())
    return [...new Set(members.filter((member) => member !== '').map(parse))]
  }
}

/** An address or a host name to listen on, in lower case and without brackets; never a URL, never a port. */
export function parseListenHost(text: string): string {
  const host = text.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0 || /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(host)) return host
  throw new ValueRefused('expected an IP address or a host name, without scheme and port')
}

/** A port, or `off`. */
export function parsePortOrOff(text: string): number | 'off' {
  if (text.toLowerCase() === 'off') return 'off'
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new ValueRefused('expected a port from 0 to 65535, or off')
}

/** An origin such as `https://photos.example.com`, as browsers write it; one final slash is allowed. */
export function parseOrigin(text: string): string {
  const origin = plainOriginOf(text)
  if (origin !== undefined) return origin
  throw new ValueRefused(
    'expected an http or https origin such as https://photos.example.com: no user, path, query or fragment',
  )
}

function plainOriginOf(text: string): string | undefined {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null
  const isPlain = url !== null && url.href === `${url.origin}/` && /^[a-z0-9.:[\]_-]+$/.test(url.host)
  return isPlain ? url.origin : undefined
}

const pathRule =
  'at most 200 characters: a slash first, then letters, digits, - . _ or ~ between slashes, no . or .. as a segment'

/** `/a/b` or `/a/b/` → `/a/b`; `/` → `''`. No character in it needs an escape, so that each path has one spelling. */
export function parseBasePath(text: string): string {
  const path = plainPathOf(text)
  if (path !== undefined) return path
  throw new ValueRefused(`expected a path such as /files, ${pathRule}`)
}

function plainPathOf(text: string): string | undefined {
  const path = text.replace(/\/$/, '')
  const isPlain = path.length <= 200 && /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)*$/.test(path)
  return isPlain ? path : undefined
}

/** An origin, and a path as `parseBasePath` has it: `https://Example.com/photos/` → `https://example.com/photos`. */
export function parsePublicUrl(text: string): string {
  const [, start = '', rest = ''] = /^([a-z]+:\/\/[^/]*)(.*)$/is.exec(text) ?? []
  const origin = plainOriginOf(start)
  const path = plainPathOf(rest)
  if (origin !== undefined && path !== undefined) return origin + path
  throw new ValueRefused(
    'expected an http or https URL such as https://photos.example.com or https://example.com/photos, without user, query or ' +
      `fragment; its path has ${pathRule}`,
  )
}

/** The path of a location in nginx; `undefined` for an empty text. */
export function parseAccelPrefix(text: string): string | undefined {
  const path = parseBasePath(text)
  return path === '' ? undefined : path
}

/**
 * Origins of web views and extensions, such as `capacitor://localhost`, as they send them. The schemes that cannot have an
 * origin of their own are left out: browsers send `null` for them.
 */
const ownSchemeOrigin =
  /^(?!(?:https?|wss?|ftp|file|data|blob|about|javascript):)[a-z][a-z0-9+.-]{0,62}:\/\/[a-z0-9._-]{1,253}(?::\d{1,5})?$/

/** An origin exactly as a browser sends it in `Origin` (threat B231): no `*`, no `null`, nothing after the port. */
export function parseExactOrigin(text: string): string {
  if (!text.endsWith('/') && /^https?:/i.test(text)) return parseOrigin(text)
  if (ownSchemeOrigin.test(text)) return text
  throw new ValueRefused(
    'expected exact origins such as https://app.example.com or capacitor://localhost, comma separated: no *, no null, no path',
  )
}

/** A host name or an IP address that clients use, without scheme and port; in lower case, without a final dot. */
export function parseAllowedHost(text: string): string {
  const isAddress = isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0
  if (isAddress || /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?$/i.test(text))
    return text
      .toLowerCase()
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '')
  throw new ValueRefused(
    'expected host names such as photos.lan or IP addresses, comma separated: no scheme, no port, no *',
  )
}

/** The name of a request header (RFC 9110 §5.1). */
export function parseHeaderName(text: string): string {
  if (/^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/i.test(text) && text !== '*') return text
  throw new ValueRefused('expected names of request headers such as X-App-Version, comma separated: no *')
}
