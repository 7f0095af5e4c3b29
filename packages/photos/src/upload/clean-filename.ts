/** Longest name that is kept, in bytes of UTF-8: every file system accepts it. */
const maxByteSize = 255

/**
 * Control characters, and characters that are invisible or change the direction of the text: a name must be what it
 * appears to be (threats B043, B051, B054, B059).
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Makes the client's name safe to show and to return. It is only data: no part of it is ever used in a path.
 *
 * Keeps the last path segment, with `/` or `\` as separator (B041, B042). Removes invisible characters, and replaces what
 * is not Unicode. Cuts at a character to at most 255 bytes, and keeps the extension (B048). Everything else is unchanged,
 * also its Unicode normalization (B045).
 *
 * @returns `fallback` if nothing is left, or if the name starts with a dot (B049)
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
  // after the cut, the name may end with a space
  return (stem + extension).trimEnd()
}
