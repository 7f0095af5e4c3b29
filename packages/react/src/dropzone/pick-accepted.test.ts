import { expect, test } from 'vitest'
import { makeFile } from '../testing/transfer.ts'
import { pickAccepted } from './pick-accepted.ts'

const files = [
  makeFile('a.png'),
  makeFile('b.JPG', ''),
  makeFile('c.heic', 'image/heic'),
  makeFile('notes.txt', 'text/plain'),
  makeFile('.hidden.png'),
  makeFile('unknown', ''),
]

test.each([
  [['image/*'], ['a.png', 'b.JPG', 'c.heic']],
  [['image/png'], ['a.png']],
  [['image/jpeg'], ['b.JPG']],
  [
    ['.jpg', 'text/plain'],
    ['b.JPG', 'notes.txt'],
  ],
])('picks files by %j, and counts the others', (accept, names) => {
  const picked = pickAccepted({ files, skipped: 2 }, accept)
  expect(picked.files.map(({ name }) => name)).toEqual(names)
  expect(picked.skipped).toBe(2 + files.length - names.length)
})

test('a single file is accepted, so that a server explains why it is refused', () => {
  const one = { files: [makeFile('notes.txt', 'text/plain')], skipped: 0 }
  expect(pickAccepted(one, ['image/*'])).toEqual(one)
})
