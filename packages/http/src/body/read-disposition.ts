/** What a part's `Content-Disposition` says. */
export interface Disposition {
  readonly name?: string | undefined
  /** Empty for a file input that was left blank; absent if the part has no filename. */
  readonly filename?: string | undefined
}

/**
 * Reads the `Content-Disposition` of a part as clients write it, not only as RFC 7578 and RFC 8187 say:
 *
 * | dialect | written by |
 * |---|---|
 * | a last semicolon, spaces around `=`, words without `=` | hand-written clients |
 * | `filename=my cat.gif`, no quotes | curl's `-F` by hand, embedded devices |
 * | `filename="a "b" c.jpg"`, quotes that are not escaped | old browsers, PHP |
 * | `filename="C:\dir\a.jpg"`, `filename="dir\"`: a backslash that escapes nothing | Internet Explorer, .NET |
 * | `\"`, `\\` | curl, OkHttp, Python |
 * | `%22`, `%0D`, `%0A` and no other escape | browsers (WHATWG) |
 * | `filename*=UTF-8''…`, in quotes too; one that cannot be read counts as absent | Python, Ruby, .NET |
 * | `=?UTF-8?B?…?=`, `=?ISO-8859-1?Q?…?=`: encoded words | .NET, Java mail libraries |
 * | bytes of Latin-1 in place of UTF-8 | old clients |
 *
 * @param header its value, a character for each byte
 * @returns `undefined` if it is not `form-data`, or if there is no name and no filename in it
 * @see WHATWG HTML § 4.10.22.8 (multipart/form-data encoding); RFC 2047 (encoded words)
 */
export function readDisposition(header: string): Disposition | undefined {
  if (!/^\s*form-data\s*(?:;|$)/i.test(header)) return undefined
  const parameters = readParameters(header)
  const name = decodePlain(parameters.get('name'))
  const filename = decodeExtended(parameters.get('filename*')) ?? decodePlain(parameters.get('filename'))
  return name === undefined && filename === undefined ? undefined : { name, filename }
}

/** A parameter's name, the `=`, and what follows up to the next one. Linear: no part can match in two ways. */
const parameterStart = /;[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40})[ \t]*=[ \t]*/y

function readParameters(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (let at = header.indexOf(';'); at >= 0; ) {
    parameterStart.lastIndex = at
    const start = parameterStart.exec(header)
    if (!start) {
      at = header.indexOf(';', at + 1)
      continue
    }
    const name = (start[1] ?? '').toLowerCase()
    const { value, end } = readValue(header, parameterStart.lastIndex)
    if (!parameters.has(name)) parameters.set(name, value)
    at = header.indexOf(';', end)
  }
  return parameters
}

function readValue(header: string, start: number): { readonly value: string; readonly end: number } {
  if (header[start] === '"') {
    const end = findClosingQuote(header, start + 1)
    if (end >= 0) return { value: unescapeQuoted(header.slice(start + 1, end)), end: end + 1 }
  }
  const semicolon = header.indexOf(';', start)
  const end = semicolon < 0 ? header.length : semicolon
  return { value: header.slice(start, end).trim(), end }
}

/** The first quote that ends the header or a parameter. One after a backslash counts only if there is no other. */
function findClosingQuote(header: string, start: number): number {
  let escaped = -1
  for (let at = header.indexOf('"', start); at >= 0; at = header.indexOf('"', at + 1)) {
    if (!/[^ \t]/.test(header.slice(at + 1, at + 100).split(';')[0] ?? '')) {
      if (!isEscaped(header, at, start)) return at
      escaped = at
    }
  }
  return escaped
}

function isEscaped(header: string, at: number, start: number): boolean {
  let backslashes = 0
  while (at - backslashes > start && header[at - backslashes - 1] === '\\') backslashes += 1
  return backslashes % 2 === 1
}

function unescapeQuoted(text: string): string {
  return text.replace(/\\(["\\])/g, '$1')
}

function decodePlain(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const escapes: Readonly<Record<string, string>> = { '%22': '"', '%0d': '\r', '%0a': '\n' }
  const text = decodeBytes(Buffer.from(value, 'latin1'))
  return decodeWords(text).replace(/%(?:22|0d|0a)/gi, (code) => escapes[code.toLowerCase()] ?? code)
}

/** Text of bytes that are UTF-8, or else the Latin-1 of Windows, in which every byte is a character. */
export function decodeBytes(bytes: Uint8Array): string {
  return decodeAs('utf-8', bytes) ?? new TextDecoder('windows-1252').decode(bytes)
}

/** Text of bytes in a charset; `undefined` if it is unknown, or if these are no bytes of it. */
export function decodeAs(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** @see RFC 8187 §3.2.1 */
function decodeExtended(value: string | undefined): string | undefined {
  const [, charset, encoded] = /^([\w.-]{1,40})'[^']{0,40}'(.*)$/s.exec(value ?? '') ?? []
  if (charset === undefined || encoded === undefined || /%(?![0-9a-f]{2})/i.test(encoded)) return undefined
  const bytes = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decodeAs(charset, Buffer.from(bytes, 'latin1'))
}

/** Encoded words, with the space between two of them left out. One that cannot be read stays as it is. */
function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  return text
    .replace(/(\?=)[ \t\r\n]{1,8}(?==\?)/g, '$1')
    .replace(
      /=\?([\w.-]{1,40})\?([bq])\?([^? ]{0,300})\?=/gi,
      (word, charset: string, kind: string, encoded: string) => {
        const bytes = kind.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64') : decodeQ(encoded)
        return decodeAs(charset, bytes) ?? word
      },
    )
}

/** @see RFC 2047 §4.2 */
function decodeQ(encoded: string): Buffer {
  const text = encoded
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, 'latin1')
}
