import { decodeBytes, decodeWords } from './decode-text.ts'
import { readFilename, readParameters } from './disposition-parameters.ts'

/**
 * A `Content-Disposition` that saves the answer under `filename`. It is one line of ASCII for any name (threats B053, B054),
 * and every system can store a file under it (B047).
 *
 * @param filename any text; the header has a non-empty name of at most 200 characters
 * @see RFC 6266 §4.1, RFC 8187 §3.2
 */
export function attachmentHeader(filename: string): string {
  const name = makeSavable(filename)
  // Some browsers decode percent escapes in the plain form (RFC 6266, appendix D).
  const fallback = name.replace(/[^ -~]|%/gu, '_')
  if (fallback === name) return `attachment; filename="${fallback}"`
  return `attachment; filename="${fallback}"; filename*=UTF-8''${encodeExtended(name)}`
}

// Bidirectional marks can make `gpj.exe` look like `exe.jpg` (B051).
const unsafeCharacters = /["*/:<>?\\|\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/gu
/** Names that Windows treats as devices, with any extension. */
const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\.|$)/i

function makeSavable(filename: string): string {
  const clean = shorten(filename).toWellFormed().replace(unsafeCharacters, '_').trim()
  // Leading dots hide a file. Windows cannot store trailing dots and spaces.
  const name = clean.replace(/^\.+/, '_.').replace(/[. ]+$/, '')
  if (/^_*$/.test(name)) return 'photo'
  return deviceName.test(name) ? `_${name}` : name
}

/** Most systems store 255 bytes. The middle is removed, so that the extension stays. */
function shorten(filename: string): string {
  if (filename.length <= 200) return filename
  const dot = filename.lastIndexOf('.')
  const extension = filename.length - dot <= 16 && dot > 0 ? filename.slice(dot) : ''
  return filename.slice(0, 200 - extension.length) + extension
}

function encodeExtended(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  )
}

/**
 * The name in a request's `Content-Disposition: attachment; filename=…; filename*=…`, decoded, but not cleaned. `filename*`
 * wins unless it cannot be decoded (threat B046). The dialects are those of parts, but percent escapes in the plain form
 * are kept. The type may be left out. Takes time linear in the header (B286).
 *
 * @returns `undefined` if there is no name, or an empty one
 * @see RFC 6266 §4.3
 */
export function parseAttachmentFilename(header: string | undefined): string | undefined {
  return readFilename(readParameters(header ?? ''), decodeHeader) || undefined
}

/** Node reads header bytes as Latin-1. Other callers may have decoded them. */
function decodeHeader(value: string): string {
  const isDecoded = /[^\p{ASCII}\u0080-\u00ff]/u.test(value)
  return decodeWords(isDecoded ? value : decodeBytes(Buffer.from(value, 'latin1')))
}
