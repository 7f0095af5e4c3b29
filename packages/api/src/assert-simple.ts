import { TintypeError } from '@tintype/contract'

/**
 * Members that one object, or one array, of an input may have. Metadata of a photo has at most 4096 bytes, so it cannot have
 * more, and everything else has far fewer.
 */
export const maxMembers = 2048

/** Objects and arrays of an input that may contain each other. Only metadata has more than three. */
export const maxDepth = 64

const backslash = 0x5c

/**
 * Refuses JSON that would keep the serving thread, before it is parsed: an object or an array of too many members, and too many
 * that contain each other. Ten thousand unknown keys are parsed, compared with the schema and collected in an error for ten
 * milliseconds, a hundred thousand brackets parsed for a hundred. Text that is not JSON passes, or is refused.
 *
 * @throws INVALID_REQUEST with the fact `limit`
 */
export function assertSimple(json: string): void {
  /** Commas in each open object and array. */
  const commas: number[] = []
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case '"':
        at = endOfString(json, at)
        break
      case ',':
        commas.push((commas.pop() ?? 0) + 1)
        if ((commas.at(-1) ?? 0) >= maxMembers) throw tooMany()
        break
      case '[':
      case '{':
        if (commas.push(0) > maxDepth) throw tooDeep()
        break
      case ']':
      case '}':
        commas.pop()
        break
    }
  }
}

/** Position of the quote that ends the string; the end of the text if there is none. */
function endOfString(json: string, start: number): number {
  let end = start
  do end = json.indexOf('"', end + 1)
  while (end !== -1 && isEscaped(json, end))
  return end === -1 ? json.length : end
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(json: string, at: number): boolean {
  let first = at
  while (json.charCodeAt(first - 1) === backslash) first -= 1
  return (at - first) % 2 === 1
}

function tooDeep(): TintypeError {
  const detail = `The input has more than ${maxDepth} objects and arrays that contain each other, which is not accepted`
  return new TintypeError('INVALID_REQUEST', detail, { facts: { limit: maxDepth } })
}

function tooMany(): TintypeError {
  const detail = `The input has an object or an array of more than ${maxMembers} members, which no procedure accepts`
  return new TintypeError('INVALID_REQUEST', detail, { facts: { limit: maxMembers } })
}
