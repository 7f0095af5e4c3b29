/**
 * Dates as cameras, phones, scanners and editors write them: `2024:05:06 07:08:09` by the standard; with dashes, slashes or
 * dots, spaces in place of zeros, a T, a fraction, a time zone, or nothing after the day.
 */
const written =
  /^\s*(\d{4})[:\-/.]\s?(\d{1,2})[:\-/.]\s?(\d{1,2})(?:[\sT]+(\d{1,2})[:.]\s?(\d{1,2})(?:[:.]\s?(\d{1,2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?\s*$/

/** The same without marks between the numbers: `20240506 070809`. @see ISO 8601 (basic format) */
const writtenWithoutMarks =
  /^\s*(\d{4})(\d\d)(\d\d)(?:[\sT]*(\d\d)(\d\d)(\d\d)?(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?\s*$/

/** What a date's neighbours add to it, if it does not say so itself. */
export interface DateDetails {
  /** For example `+02:00` or `Z`. */
  readonly zone?: string | undefined
  /** Digits after the decimal point of the second. */
  readonly fraction?: string | undefined
}

/**
 * Reads a date in the form of `Photo.takenAt`: UTC if its zone is known, otherwise local time without a zone. A day without
 * a time is its midnight.
 *
 * @param text untrusted
 * @returns `undefined` if this is no date, an impossible one (`0000:00:00` of a camera whose clock was never set, February
 * 30, hour 24), or one before the first photograph
 */
export function parseDate(text: string, { zone, fraction }: DateDetails = {}): string | undefined {
  const match = written.exec(text) ?? writtenWithoutMarks.exec(text)
  if (!match) return undefined
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', ownFraction, ownZone] =
    match
  const pad = (digits: string) => digits.padStart(2, '0')
  const local = `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}`
  const utc = new Date(`${local}Z`)
  if (Number.isNaN(utc.getTime()) || !utc.toISOString().startsWith(local)) return undefined
  if (utc.getUTCFullYear() < 1826 || utc.getUTCFullYear() > 9998) return undefined
  const milliseconds = toMilliseconds(ownFraction ?? fraction)
  const offsetMinutes = parseZone(ownZone ?? zone)
  if (offsetMinutes === undefined) return milliseconds > 0 ? `${local}.${pad3(milliseconds)}` : local
  return new Date(utc.getTime() - offsetMinutes * 60_000 + milliseconds).toISOString()
}

function toMilliseconds(digits: string | undefined): number {
  const fraction = /^\s*(\d{1,9})\s*$/.exec(digits ?? '')?.[1]
  return fraction ? Math.floor(Number(`0.${fraction}`) * 1000) : 0
}

function pad3(milliseconds: number): string {
  return String(milliseconds).padStart(3, '0')
}

/** Minutes ahead of UTC; `undefined` if this is no zone that exists. */
function parseZone(zone: string | undefined): number | undefined {
  if (zone?.trim() === 'Z') return 0
  const match = /^\s*([+-])(0\d|1[0-4]):?([0-5]\d)\s*$/.exec(zone ?? '')
  if (!match) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}
