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
 * The name in a request's `Content-Disposition: attachment; filename=…; filename*=…`, as it was sent: it still has to be
 * cleaned. `filename*` wins unless it cannot be decoded (threat B046). `undefined` if there is no name. Reading ends at the
 * first malformed parameter, and takes time linear in the header (B286).
 *
 * @see RFC 6266 §4.3
 */
export function parseAttachmentFilename(header: string | undefined): string | undefined {
  const type = /^[ \t]*[!#$%&'*+.^_`|~0-9a-z-]+/i.exec(header ?? '')
  if (!header || !type) return undefined
  const parameter = /[ \t]*;[ \t;]*([!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/iy
  parameter.lastIndex = type[0].length
  let plain: string | undefined
  let extended: string | undefined
  for (let match = parameter.exec(header); match !== null; match = parameter.exec(header)) {
    const [, name = '', quoted, token = ''] = match
    const value = quoted === undefined ? token.trim() : unquote(quoted)
    if (name.toLowerCase() === 'filename') plain ??= decodePlain(value)
    else if (name.toLowerCase() === 'filename*') extended ??= decodeExtended(value)
  }
  return extended || plain || undefined
}

/** A backslash before any other character is kept: it usually is part of a Windows path. */
function unquote(quoted: string): string {
  return quoted.replace(/\\(["\\])/g, '$1')
}

/** Node reads header bytes as Latin-1. If they are well-formed UTF-8, they are read as UTF-8. */
function decodePlain(value: string): string {
  if (/[^\p{ASCII}\u0080-\u00ff]/u.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}

/** @see RFC 8187 §3.2.1 */
function decodeExtended(value: string): string | undefined {
  const [, charset, encoded = ''] =
    /^([a-z0-9-]+)'[a-z0-9-]*'((?:[!-$&-~]|%[0-9a-f]{2})*)$/i.exec(value) ?? []
  try {
    if (charset?.toLowerCase() === 'utf-8') return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
  return charset?.toLowerCase() === 'iso-8859-1' ? decodeLatin1(encoded) : undefined
}

function decodeLatin1(encoded: string): string {
  return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
