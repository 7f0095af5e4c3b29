import { decodeExtended } from './decode-text.ts'

/** The value of a parameter, as it was sent: not decoded. */
export interface SentValue {
  /** Without quotes and escapes. */
  readonly text: string
  /** Whether it was in quotes that end as they should. */
  readonly isQuoted: boolean
  /** Whether it was in such quotes without others between them. Otherwise more than one reading may be possible. */
  readonly isClear: boolean
  /** Whether the same parameter comes again with another value. */
  readonly isContradicted?: boolean
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]{1,40}"
/** A parameter's name, the `=`, and what follows up to its value. Linear: no part can match in two ways. */
const afterSemicolon = new RegExp(`;[ \\t]*(${token})[ \\t]*=[ \\t]*`, 'y')
/** The same after a value in quotes, or at the start of the header: the semicolon was left out. */
const withoutSemicolon = new RegExp(`[ \\t,]*(${token})[ \\t]*=[ \\t]*`, 'y')
/** What may follow the quote that ends a value: the end, a semicolon, or another parameter. */
const afterQuote = new RegExp(`^[ \\t]*(?:$|;|,[ \\t]*$|(?:[ \\t]|,[ \\t]*)${token}[ \\t]{0,8}=)`)
/** What comes before the quote that begins a value. */
const beforeQuote = new RegExp(`;[ \\t]*${token}[ \\t]{0,8}=[ \\t]{0,8}$`)
/** What ends a value without quotes. In such a value spaces and commas are kept, for `filename=my cat, 1.gif`. */
const bareEnd = /;|[ \t,](?=(?:name|filename\*?|charset)[ \t]{0,8}=)/gi

/**
 * The parameters of a `Content-Disposition` by name in lower case, read as clients write them: `read-disposition.ts` has the
 * table of dialects. The first of two with the same name counts, and says so if they differ. Takes time linear in the header (threats B150, B286).
 *
 * @param header its value, a character for each byte. It may begin with a parameter in place of the type
 */
export function readParameters(header: string): ReadonlyMap<string, SentValue> {
  const parameters = new Map<string, SentValue>()
  const type = matchAt(withoutSemicolon, header, 0) ? '' : (/^[ \t]*[\w-]*/.exec(header)?.[0] ?? '')
  let at = matchAt(withoutSemicolon, header, type.length) ? type.length : header.indexOf(';')
  while (at >= 0) {
    const start = matchAt(header[at] === ';' ? afterSemicolon : withoutSemicolon, header, at)
    if (!start) {
      at = header.indexOf(';', at + 1)
      continue
    }
    const name = (start[1] ?? '').toLowerCase()
    const { value, end } = readValue(header, at + start[0].length)
    const first = parameters.get(name)
    if (!first) parameters.set(name, value)
    else if (first.text !== value.text) parameters.set(name, { ...first, isContradicted: true })
    at = end < header.length && matchAt(withoutSemicolon, header, end) ? end : header.indexOf(';', end)
  }
  return parameters
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function readValue(header: string, start: number): { readonly value: SentValue; readonly end: number } {
  if (header[start] === '"') {
    const end = findClosingQuote(header, start + 1)
    if (end) {
      const text = header.slice(start + 1, end.at).replace(/\\(["\\])/g, '$1')
      return { value: { text, isQuoted: end.isQuoted, isClear: end.isClear }, end: end.at + 1 }
    }
  }
  const end = matchAt(bareEnd, header, start)?.index ?? header.length
  return { value: { text: trimBlanks(header.slice(start, end)), isQuoted: false, isClear: false }, end }
}

/** Spaces and tabs alone: in a text of bytes, a no-break space can be half of a character. */
function trimBlanks(text: string): string {
  let end = text.length
  while (end > 0 && ' \t'.includes(text[end - 1] ?? '')) end -= 1
  return text.slice(0, end)
}

/**
 * The quote that ends a value: the first one that ends the header or a parameter. If there is none before the next parameter
 * begins, one after a backslash counts, or else the only one that is left.
 */
function findClosingQuote(
  header: string,
  start: number,
): { readonly at: number; readonly isQuoted: boolean; readonly isClear: boolean } | undefined {
  let escaped: number | undefined
  const others: number[] = []
  for (let at = header.indexOf('"', start); at >= 0; at = header.indexOf('"', at + 1)) {
    const isLast = afterQuote.test(header.slice(at + 1, at + 100))
    if (isEscaped(header, at, start)) {
      if (isLast) escaped = at
    } else if (isLast) return { at, isQuoted: true, isClear: others.length === 0 }
    else if (beforeQuote.test(header.slice(Math.max(start, at - 100), at))) break
    else others.push(at)
  }
  if (escaped !== undefined) return { at: escaped, isQuoted: false, isClear: false }
  const [only] = others
  return only !== undefined && others.length === 1 ? { at: only, isQuoted: false, isClear: false } : undefined
}

function isEscaped(header: string, at: number, start: number): boolean {
  let backslashes = 0
  while (at - backslashes > start && header[at - backslashes - 1] === '\\') backslashes += 1
  return backslashes % 2 === 1
}

/** The filename of parameters. `filename*` wins, unless it cannot be decoded. @param decode of a plain value */
export function readFilename(
  parameters: ReadonlyMap<string, SentValue>,
  decode: (text: string) => string,
): string | undefined {
  const extended = decodeExtended(parameters.get('filename*')?.text)
  const sent = parameters.get('filename')
  if (extended || sent === undefined) return extended
  if (sent.isQuoted) return decode(sent.text)
  const [, single] = /^'(.*)'$/s.exec(sent.text) ?? []
  return decode(single ?? sent.text.replace(/^\\?"/, '').replace(/\\?"$/, ''))
}
