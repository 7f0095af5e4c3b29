import { ValueRefused } from '../values.ts'

/** Settings of a driver. Relative paths in its URL start at the data directory, which is known later. */
export type PendingSettings<Settings> = (dataDirectory: string) => Settings

/** Reads what follows a scheme and its colon. @throws ValueRefused, or returns `undefined`, for what the driver cannot use */
type ReadRest<Settings> = (rest: string) => PendingSettings<Settings> | undefined

/** How the URLs of one port's drivers are read. */
export interface DriverUrlOptions<Settings> {
  /** By scheme, in lower case. */
  readonly schemes: Readonly<Record<string, ReadRest<Settings>>>
  /** The URLs that can be used, for the message that refuses another. */
  readonly expected: string
  /** Messages that refuse schemes which a later version may have. */
  readonly planned: Readonly<Record<string, string>>
}

/** Makes the parser of a driver's URL, such as `file:media`. */
export function driverUrl<Settings>({ schemes, expected, planned }: DriverUrlOptions<Settings>) {
  return (text: string): PendingSettings<Settings> => {
    const [scheme = '', ...rest] = text.split(':')
    const name = scheme.toLowerCase()
    if (Object.hasOwn(planned, name)) throw new ValueRefused(planned[name])
    const settings = Object.hasOwn(schemes, name) && rest.length > 0 && schemes[name]?.(rest.join(':'))
    if (settings) return settings
    throw new ValueRefused(`expected ${expected}`)
  }
}

/** Reads the path of `file:relative/path`, `file:/absolute/path` or `file:///absolute/path`; `undefined` for another. */
export function parseFilePath(rest: string): string | undefined {
  // Two slashes begin a host name (RFC 8089 §2). Only the local host is allowed.
  const local = rest.replace(/^\/\/(?:localhost)?(?=\/)/i, '')
  if (local === '' || local.startsWith('//') || /[?#]|%2f|%00/i.test(local)) return undefined
  try {
    const path = decodeURIComponent(local)
    return path.includes('\0') ? undefined : path
  } catch {
    return undefined
  }
}
