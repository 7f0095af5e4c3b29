/** Text of bytes that are UTF-8, or else the Latin-1 of Windows, in which every byte is a character. */
export function decodeBytes(bytes: Uint8Array): string {
  return decodeAs('utf-8', bytes) ?? new TextDecoder('windows-1252').decode(bytes)
}

/**
 * Text of bytes in the charset that their sender names. Without one it is UTF-8, or else Latin-1. So it is if it says that it is
 * ASCII, because clients say that of any text.
 *
 * @returns `undefined` if the charset is unknown, or if these are no bytes of it
 */
export function decodeNamed(charset: string | undefined, bytes: Uint8Array): string | undefined {
  const isUsual = charset === undefined || /^utf-?8$/i.test(charset) || isAscii(charset)
  return isUsual ? decodeBytes(bytes) : decodeAs(charset, bytes)
}

const isAscii = (charset: string) => /^(?:(?:us-)?ascii|ansi_x3\.4-1968)$/i.test(charset)

/** Text of bytes in a charset; `undefined` if it is unknown, or if these are no bytes of it. */
export function decodeAs(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * The value of a parameter whose name ends with `*`, for example `UTF-8''%C3%BC.jpg`; `undefined` if it cannot be read.
 *
 * @see RFC 8187 §3.2.1
 */
export function decodeExtended(value: string | undefined): string | undefined {
  const [, charset, encoded] = /^([\w.-]{1,40})'[^']{0,40}'(.*)$/s.exec(value ?? '') ?? []
  if (charset === undefined || encoded === undefined || /%(?![0-9a-f]{2})/i.test(encoded)) return undefined
  const bytes = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => byteOf(hex))
  return decodeAs(isAscii(charset) ? 'utf-8' : charset, Buffer.from(bytes, 'latin1'))
}

/**
 * Text with its encoded words decoded, and the space between two of them left out. One that cannot be read stays as it is.
 *
 * @see RFC 2047
 */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  return text
    .replace(/(\?=)[ \t\r\n]{1,8}(?==\?)/g, '$1')
    .replace(
      /=\?([\w.-]{1,40})(?:\*[\w-]{1,40})?\?([bq])\?([^? ]{0,300})\?=/gi,
      (word, charset: string, kind: string, encoded: string) => {
        const bytes = kind.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64') : decodeQ(encoded)
        return decodeAs(charset, bytes) ?? word
      },
    )
}

/** @see RFC 2047 §4.2 */
function decodeQ(encoded: string): Buffer {
  const text = encoded.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => byteOf(hex))
  return Buffer.from(text, 'latin1')
}

const byteOf = (hex: string) => String.fromCharCode(Number.parseInt(hex, 16))

/** Whether text in this charset can be decoded. */
export function isCharset(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== ''
  } catch {
    return false
  }
}
