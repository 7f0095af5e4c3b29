import { expect, test } from 'vitest'
import { createKeptPreviews } from './preview-cache.ts'

const pixels = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 } as const

test('a preview is handed out once, and by its own token only', () => {
  const previews = createKeptPreviews()
  const kept = previews.keep(pixels)
  expect(kept).toMatchObject({ width: 2, height: 2, pid: process.pid })
  expect(previews.take({ ...kept, token: 'another' })).toBeUndefined()
  expect(previews.take(kept)).toBe(pixels)
  expect(previews.take(kept)).toBeUndefined()
})

test('of many previews the newest are kept', () => {
  const previews = createKeptPreviews()
  const all = Array.from({ length: 100 }, () => previews.keep(pixels))
  const found = all.map((one) => previews.take(one) !== undefined)
  expect(found.lastIndexOf(false)).toBe(67)
  expect(found.indexOf(true)).toBe(68)
})
