import type { UploadDetails } from '@tintype/photos'
import { decodeNamed, isCharset } from '../protocol/decode-text.ts'
import { malformed } from './form-refusals.ts'
import type { PartHeaders } from './part-headers.ts'
import { readDisposition } from './read-disposition.ts'
import { readDetails } from './upload-details.ts'

/** A field of a form. */
export interface SentText {
  readonly part: PartHeaders
  /** A character for each byte. */
  readonly bytes: string
}

const knownNames = ['file', 'title', 'alt', 'tags', 'owner', 'visibility']

/**
 * The known name that a name was meant to be: `title` for `<title>`, `ti\\tle`, `title:`, `ti%74le` or a name with an
 * invisible character. Names of letters, digits, `.`, `-`, `_` and brackets are what they are, for example `Title`: applications
 * have fields of their own.
 */
export function findMeantName(name: string): string | undefined {
  if (/^\w[\w.\-[\]]*$/.test(name)) return undefined
  const unescaped = name.replace(/%([2-7][0-9a-f])/gi, (_, digits) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  const pieces = unescaped.split('"').map((piece) => piece.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase())
  return knownNames.find((known) => pieces.includes(known))
}

/**
 * What a form says of its file, decoded. A text's own charset counts before the one that the field `_charset_` names for the
 * whole form. One that is unknown counts as absent there: any form may have a field of this name.
 *
 * @throws INVALID_MULTIPART for a text that cannot be decoded
 * @see RFC 7578 §4.6
 */
export function detailsOfForm(file: PartHeaders, texts: readonly SentText[]): UploadDetails {
  const declared = texts
    .map(({ part, bytes }) => (part.name === '_charset_' ? bytes.trim() : ''))
    .find(isCharset)
  const decoded = texts.map((text) => [text.part.name, decode(text, declared)] as const)
  const filename =
    declared === undefined ? file.filename : readDisposition(file.disposition, declared)?.filename
  return { filename, ...readDetails(decoded) }
}

function decode({ part, bytes }: SentText, declared: string | undefined): string {
  const charset = part.charset ?? declared
  const text = decodeNamed(charset, Buffer.from(bytes, 'latin1'))
  if (text !== undefined) return text
  const from = part.charset === undefined ? 'the form, in its field _charset_,' : 'a text'
  const named = JSON.stringify(charset?.slice(0, 40))
  throw malformed(`the charset ${named} of ${from} is not known, or its bytes are of another one`)
}
