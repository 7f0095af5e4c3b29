import { expect, test } from 'vitest'
import { type Folder, makeFile, makeTransfer } from '../testing/transfer.ts'
import { listDropped, listPasted } from './list-files.ts'

const list = async (content: Folder, folders = true) => {
  const { files, skipped } = await listDropped(makeTransfer(content), folders)
  return { names: files.map(({ name }) => name), skipped }
}

test('lists the files of folders, however deep, without hidden ones', async () => {
  const content = {
    'a.png': makeFile('a.png'),
    trip: { 'b.png': makeFile('b.png'), day: { 'c.png': makeFile('c.png') }, '.git': { d: makeFile('d') } },
  }
  expect(await list(content)).toEqual({ names: ['a.png', 'b.png', 'c.png'], skipped: 1 })
})

test('reads a folder to its end, though a browser returns 100 files at a time', async () => {
  const names = Array.from({ length: 250 }, (_, at) => `${at}.png`)
  const folder = Object.fromEntries(names.map((name) => [name, makeFile(name)]))
  expect(await list({ folder })).toEqual({ names, skipped: 0 })
})

test('reads at most 10 000 files of folders', async () => {
  const names = Array.from({ length: 10_002 }, (_, at) => `${at}.png`)
  const folder = Object.fromEntries(names.map((name) => [name, makeFile(name)]))
  const { names: listed, skipped } = await list({ folder })
  expect([listed.length, skipped]).toEqual([10_000, 2])
})

test('counts folders that are not wanted, and files that cannot be read', async () => {
  const content = { 'a.png': makeFile('a.png'), trip: { b: makeFile('b.png') } }
  expect(await list(content, false)).toEqual({ names: ['a.png'], skipped: 1 })
  expect(await list({ trip: { lost: makeFile('unreadable') } })).toEqual({ names: [], skipped: 1 })
})

test('reads the items of a drop before it waits, because they are gone afterwards', async () => {
  const transfer = makeTransfer({
    trip: { 'a.png': makeFile('a.png') },
    more: { 'b.png': makeFile('b.png') },
  })
  const listed = listDropped(transfer, true)
  ;(transfer.items as unknown as unknown[]).length = 0
  expect((await listed).files).toHaveLength(2)
})

test('a pasted screenshot is named after its time', () => {
  const content = { a: makeFile('image.png'), b: makeFile('', 'image/webp'), c: makeFile('cat.png') }
  const now = new Date('2026-01-02T03:04:05Z')
  expect(listPasted(makeTransfer(content), now).map(({ name }) => name)).toEqual([
    'pasted-2026-01-02-03-04-05.png',
    'pasted-2026-01-02-03-04-05.webp',
    'cat.png',
  ])
})
