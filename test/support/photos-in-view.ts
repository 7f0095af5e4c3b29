import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { waiting } from './uploads.ts'

/** A photo, and its box in the window. */
export interface PhotoInView {
  readonly name: string
  readonly box: readonly number[]
}

/** To a pixel, because browsers scroll by whole ones. */
export function expectSamePlace(photos: readonly PhotoInView[], expected: readonly PhotoInView[]): void {
  expect(photos.map(({ name }) => name)).toEqual(expected.map(({ name }) => name))
  const moved = photos.flatMap(({ box }, at) => box.map((one, side) => one - (expected[at]?.box[side] ?? 0)))
  expect(Math.max(...moved.map(Math.abs))).toBeLessThan(1)
}

/** The photos in view, below the header. */
export function photosInView(page: Page): Promise<PhotoInView[]> {
  return page.getByRole('gridcell').evaluateAll((cells) =>
    cells.flatMap((cell) => {
      const { x, y, width, height, bottom } = cell.getBoundingClientRect()
      const name = cell.querySelector('img')?.alt ?? ''
      return bottom > 48 && y < innerHeight ? { name, box: [x, y, width, height] } : []
    }),
  )
}

/** The same, once none of them is only passing. */
export async function namedPhotosInView(page: Page): Promise<PhotoInView[]> {
  const areNamed = async () => (await photosInView(page)).every(({ name }) => name !== '')
  await expect.poll(areNamed, waiting).toBe(true)
  return photosInView(page)
}

/** Waits until the page is not scrolled from one frame to the next, and what is kept is from then. */
export const untilStill = (page: Page) =>
  page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    for (let known = -1; known !== scrollY; await frame(), await frame()) known = scrollY
  })
