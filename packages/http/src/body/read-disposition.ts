import { decodeBytes, decodeExtended, decodeNamed, decodeWords } from '../protocol/decode-text.ts'
import { readFilename, readParameters, type SentValue } from '../protocol/disposition-parameters.ts'

/** What a part's `Content-Disposition` says. */
export interface Disposition {
  /** May be empty. */
  readonly name: string
  /** Empty for a file input that was left blank; absent if the part has no filename. */
  readonly filename?: string | undefined
}

/**
 * Reads the `Content-Disposition` of a part as clients write it, not only as RFC 7578 and RFC 8187 say:
 *
 * | dialect | written by |
 * |---|---|
 * | a last semicolon, spaces around `=`, words without `=` | hand-written clients |
 * | `name="title" filename="a.jpg"`, `name="title"x`, `name=title,`: no semicolon, or something else before it | hand-written clients |
 * | `name='title'`, `name=“title”`, `name=\"title\"`, `name="title\"`, `name="title`: other quotes, or one alone | hand-written clients |
 * | `filename=my cat.gif`, no quotes | curl's `-F` by hand, embedded devices |
 * | `filename="a "b" c.jpg"`, quotes that are not escaped | old browsers, PHP |
 * | `filename="C:\dir\a.jpg"`, `filename="dir\"`: a backslash that escapes nothing | Internet Explorer, .NET |
 * | `\"`, `\\` | curl, OkHttp, Python |
 * | `%22`, `%0D`, `%0A` and no other escape | browsers (WHATWG) |
 * | `filename*=UTF-8''…`, `name*=`, in quotes too; one that cannot be read counts as absent | Python, Ruby, .NET |
 * | `=?UTF-8?B?…?=`, `=?ISO-8859-1?Q?…?=`: encoded words | .NET, Java mail libraries |
 * | bytes of Latin-1 in place of UTF-8 | old clients |
 *
 * @param header its value, a character for each byte
 * @param charset of its plain values; one that is unknown counts as absent. @default UTF-8, or Latin-1 if it is no UTF-8
 * @returns `undefined` if it is not `form-data`, or if it has no name, or one with more than one reading
 * @see WHATWG HTML § 4.10.22.8 (multipart/form-data encoding); RFC 2047 (encoded words)
 */
export function readDisposition(header: string, charset?: string): Disposition | undefined {
  if (!/^\s*form-data(?:[\s;,]|$)/i.test(header)) return undefined
  const parameters = readParameters(header)
  const name = readName(parameters, charset)
  return name === undefined
    ? undefined
    : { name, filename: readFilename(parameters, (text) => decodePlain(text, charset)) }
}

type Parameters = ReadonlyMap<string, SentValue>

/** Characters. No longer name is known, and stripping its ends could take a time that grows with the square of its length. */
const longestName = 400

/** `undefined` if there is none, or one with more than one reading. Spaces around a name are left out. */
function readName(parameters: Parameters, charset: string | undefined): string | undefined {
  const extended = decodeExtended(parameters.get('name*')?.text)
  const sent = parameters.get('name')
  if (extended !== undefined || sent === undefined) return extended
  if (sent.isContradicted) return undefined
  const name = decodePlain(sent.text, charset).trim()
  if (sent.isClear || name.length > longestName) return name
  const bare = name.replace(/^[\s\\"'“”‘’]+|[\s\\"'“”‘’,]+$/g, '')
  return /[\s\\"=;,&]/.test(bare) ? undefined : bare
}

/** The three escapes of browsers, and encoded words. */
function decodePlain(text: string, charset: string | undefined): string {
  const escapes: Readonly<Record<string, string>> = { '%22': '"', '%0d': '\r', '%0a': '\n' }
  const bytes = Buffer.from(text, 'latin1')
  const decoded = decodeWords(decodeNamed(charset, bytes) ?? decodeBytes(bytes))
  return decoded.replace(/%(?:22|0d|0a)/gi, (code) => escapes[code.toLowerCase()] ?? code)
}
