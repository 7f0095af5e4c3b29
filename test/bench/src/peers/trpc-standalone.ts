/* tRPC's standalone server: a constant, and a page of photos straight from a table of the same rows. */
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { initTRPC } from '@trpc/server'
import { createHTTPServer } from '@trpc/server/adapters/standalone'
import { directory, printAddress } from './listen-and-print.ts'

const limits: object = JSON.parse(readFileSync(join(directory, 'limits.json'), 'utf8'))
const database = new DatabaseSync(join(directory, 'tintype.db'), { readOnly: true })
const newest = database.prepare('SELECT * FROM photos WHERE seq < ? ORDER BY seq DESC LIMIT ?')

const t = initTRPC.create()
const router = t.router({
  limits: t.procedure.query(() => limits),
  list: t.procedure
    .input((value: unknown) => value as { limit: number })
    .query(({ input }) => {
      const rows = newest.all(Number.MAX_SAFE_INTEGER, input.limit + 1)
      const photos = rows.slice(0, input.limit).map(toPhoto)
      return { photos, nextCursor: String(rows[input.limit - 1]?.seq) }
    }),
})

function toPhoto(row: Record<string, unknown>) {
  const { id, filename, byte_size: byteSize, sha256, format, width, height, placeholder, title, alt } = row
  const thumbnail = {
    url: `/media/${id}/thumb.webp`,
    width: row.thumbnail_width,
    height: row.thumbnail_height,
  }
  const url = `/media/${id}.jpg`
  const facts = {
    id,
    url,
    thumbnail,
    filename,
    byteSize,
    sha256,
    format,
    mimeType: 'image/jpeg',
    width,
    height,
  }
  const tags: unknown = JSON.parse(String(row.tags))
  return { ...facts, placeholder, title, alt, tags, createdAt: row.created_at, takenAt: row.taken_at }
}

const server = createHTTPServer({ router })
server.listen(0, '127.0.0.1', () => printAddress((server.address() as AddressInfo).port))
