/** Longest name kept, in bytes of UTF-8: what file systems and `Content-Disposition` carry everywhere. */
const maxByteSize = 255

/**
 * Controls, and every character that is invisible or turns the direction of what follows: a name must look
 * like what it is (threats B043, B051, B054, B059).
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Makes the client's name safe to show and to give back. It is data only and no part of it ever reaches a path.
 *
 * Keeps the last path segment, whatever the separator (B041, B042); removes invisible characters; replaces what
 * is not Unicode; cuts to 255 bytes on a character and keeps the extension (B048). Everything else stays as
 * sent, also its normal form (B045).
 *
 * @returns `fallback` where nothing is left, or only a name with a leading dot (B049)
 */
export function cleanFilename(name: string | undefined, fallback: string): string {
  const segment = (name ?? '').toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const visible = segment.replace(invisible, '').trim()
  return visible === '' || visible.startsWith('.') ? fallback : cut(visible)
}

function cut(name: string): string {
  if (Buffer.byteLength(name) <= maxByteSize) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  let room = maxByteSize - Buffer.byteLength(extension)
  let stem = ''
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(character)
    if (room < 0) break
    stem += character
  }
  // what is cut may have left a space at the end
  return (stem + extension).trimEnd()
}
