import type { Photo } from '@tintype/client'
import type { GridMetrics, Row } from './justify-rows.ts'
import { keepRows } from './keep-rows.ts'
import { boxRatio } from './row-height.ts'

/** Height of a month's heading, in CSS pixels. */
export const headingPx = 44

/** A row with its place in its month, in CSS pixels. */
export interface PlacedRow extends Row<Photo> {
  readonly topPx: number
}

/** The photos of one month. */
export interface Section {
  /** Year and month, such as `2026-11`. */
  readonly key: string
  readonly topPx: number
  readonly heightPx: number
  readonly rows: readonly PlacedRow[]
}

/** Where every photo is. */
export interface GridLayout {
  readonly metrics: GridMetrics
  readonly heightPx: number
  readonly sections: readonly Section[]
}

/**
 * Places photos, month by month, and moves as few as possible of those that an earlier layout of the same width shows.
 *
 * @param timeOf what decides the month of a photo, ISO 8601; by default its upload
 */
export function layOutGrid(
  photos: readonly Photo[],
  metrics: GridMetrics,
  shown: GridLayout | undefined,
  timeOf: (photo: Photo) => string = ({ createdAt }) => createdAt,
): GridLayout {
  const isSame =
    shown !== undefined &&
    Object.entries(metrics).every(([key, value]) => shown.metrics[key as keyof GridMetrics] === value)
  let topPx = 0
  const sections: Section[] = []
  const knownSections = new Map(isSame ? shown.sections.map((section) => [section.key, section]) : [])
  for (const [key, ofMonth] of Map.groupBy(photos, (photo) => monthOf(photo, timeOf))) {
    const before = knownSections.get(key)?.rows ?? []
    const rows = hasOnly(before, ofMonth)
      ? before
      : placeRows(keepRows(ofMonth, metrics, boxRatio, before), metrics)
    const last = rows.at(-1)
    const heightPx = last ? last.topPx + last.heightPx + metrics.gapPx : headingPx
    sections.push({ key, topPx, heightPx, rows })
    topPx += heightPx
  }
  return { metrics, heightPx: topPx, sections }
}

function placeRows(rows: readonly Row<Photo>[], { gapPx }: GridMetrics): PlacedRow[] {
  let topPx = headingPx
  return rows.map((row) => {
    const placed = { ...row, topPx }
    topPx += row.heightPx + gapPx
    return placed
  })
}

function hasOnly(rows: readonly PlacedRow[], photos: readonly Photo[]): boolean {
  let at = 0
  return rows.every(({ items }) => items.every((one) => one === photos[at++])) && at === photos.length
}

/** Months of photos by their times. To read 10 000 times costs more than everything else of a layout. */
const months = new WeakMap<Photo, { readonly time: string; readonly month: string }>()

/** In the time zone of the person. */
function monthOf(photo: Photo, timeOf: (photo: Photo) => string): string {
  const time = timeOf(photo)
  const known = months.get(photo)
  if (known?.time === time) return known.month
  const date = new Date(time)
  const month = `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`
  months.set(photo, { time, month })
  return month
}

const monthFormat = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' })

/** @param key year and month, such as `2026-11` */
export function formatMonth(key: string): string {
  const [year = 0, month = 1] = key.split('-').map(Number)
  return monthFormat.format(new Date(year, month - 1))
}
