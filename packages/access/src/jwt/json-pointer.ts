/** The members that lead to a value of a JSON document. @see RFC 6901 */
export type JsonPointer = readonly string[]

/**
 * Reads a JSON pointer such as `/sub` or `/https:~1~1app.example~1tintype/owner`.
 *
 * @throws RangeError if it does not begin with a slash, or has a tilde that stands for nothing
 */
export function parseJsonPointer(text: string): JsonPointer {
  if (!text.startsWith('/') || /~(?![01])/.test(text))
    throw new RangeError('expected a JSON pointer such as /sub, with ~1 for a slash and ~0 for a tilde')
  return text
    .slice(1)
    .split('/')
    .map((member) => member.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value that a pointer leads to; `undefined` if there is none. Inherited members are none. */
export function resolveJsonPointer(pointer: JsonPointer, document: unknown): unknown {
  return pointer.reduce<unknown>(
    (value, member) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, member)
        ? (value as Record<string, unknown>)[member]
        : undefined,
    document,
  )
}
