const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const longDay = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
const time = '\\d{2}:\\d{2}:\\d{2}'
const imfDate = new RegExp(`^${day}, \\d{2} ${month} \\d{4} ${time} GMT$`)
const rfc850Date = new RegExp(`^${longDay}, \\d{2}-${month}-\\d{2} ${time} GMT$`)
const asctimeDate = new RegExp(`^${day} ${month} [\\d ]\\d ${time} \\d{4}$`)

/**
 * Milliseconds since the epoch of an HTTP date, in the current form or one of the two obsolete ones that must still be read.
 * `undefined` for any other text, so that a bad date is ignored (threat B255).
 *
 * @see RFC 9110 §5.6.7
 */
export function parseHttpDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const isZoned = imfDate.test(text) || rfc850Date.test(text)
  if (!isZoned && !asctimeDate.test(text)) return undefined
  const ms = Date.parse(isZoned ? text : `${text} GMT`)
  return Number.isNaN(ms) ? undefined : ms
}
