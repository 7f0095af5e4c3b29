import { text } from './strings.ts'

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })

/** Days that are formatted already, because the grid has many photos of one, and to format takes long. */
const days = new Map<number, string>()

/** Formats a time, ISO 8601, as a day, such as `30 November 2026`. */
export function formatDay(time: string): string {
  const midnight = new Date(time).setHours(0, 0, 0, 0)
  const formatted = days.get(midnight) ?? day.format(midnight)
  days.set(midnight, formatted)
  return formatted
}

/** The two times that were formatted last, because a page that is scrolled has the same days in view for many frames. */
let lastDays: { readonly fromMs: number; readonly toMs: number; readonly text: string } | undefined

/** Formats the days from one time to another, ISO 8601, in either order, such as `28 – 30 November 2026`. */
export function formatDays(...times: readonly [string, string]): string {
  const [fromMs = 0, toMs = 0] = times
    .map((time) => new Date(time).setHours(0, 0, 0, 0))
    .sort((a, b) => a - b)
  if (lastDays?.fromMs !== fromMs || lastDays.toMs !== toMs)
    lastDays = { fromMs, toMs, text: day.formatRange(fromMs, toMs) }
  return lastDays.text
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** Formats a time, ISO 8601, as day and time of day, such as `30 Nov 2026, 13:50`. */
export function formatMoment(time: string): string {
  return moment.format(new Date(time))
}

/** Formats how long something takes, such as `about 3 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return text.duration.short
  const [count, unit] =
    seconds < 60
      ? ([Math.round(seconds / 5) * 5, 'second'] as const)
      : seconds < 3600
        ? ([Math.round(seconds / 60), 'minute'] as const)
        : ([Math.round(seconds / 360) / 10, 'hour'] as const)
  const amount = new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'short' }).format(count)
  return text.duration.about(amount)
}
