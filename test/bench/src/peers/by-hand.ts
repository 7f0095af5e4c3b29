/*
 * What a team writes to answer as Tintype does: Express and multer on disk, SHA-256, sharp for the size and the thumbnail,
 * a row in SQLite. With `synced`, both files, their directory and the row survive a power cut.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pipeline } from 'node:stream/promises'
import express from 'express'
import multer from 'multer'
import sharp from 'sharp'
import { directory, printAddress } from './listen-and-print.ts'

const isSynced = process.argv[3] === 'synced'

sharp.cache(false)
sharp.concurrency(1) // several images at once, each on one thread, is what sharp does best

const catalog = join(directory, 'catalog')
mkdirSync(catalog, { recursive: true })
const database = new DatabaseSync(join(catalog, 'photos.db'))
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isSynced ? 'FULL' : 'NORMAL'};
  CREATE TABLE IF NOT EXISTS photos (id TEXT PRIMARY KEY, filename TEXT, byte_size INTEGER, sha256 TEXT,
    width INTEGER, height INTEGER, thumbnail_byte_size INTEGER, created_at TEXT) STRICT`)
const insert = database.prepare('INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?, ?, ?)')

const app = express()
app.get('/', (_req, res) => {
  res.send('ok')
})
app.post('/photos/thumbnail', multer({ dest: directory }).single('file'), async (req, res) => {
  if (!req.file) return void res.status(400).json({ error: 'a file is missing' })
  const { path, size, originalname } = req.file
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  const sha256 = hash.digest('hex')
  const { width, height } = await sharp(path).metadata()
  const thumbnailPath = `${path}.webp`
  const thumbnail = await sharp(path)
    .autoOrient()
    .resize(300, 300, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 78, effort: 2 })
    .toFile(thumbnailPath)
  if (isSynced) {
    await Promise.all([sync(path), sync(thumbnailPath)])
    await sync(directory)
  }
  const id = randomUUID()
  const createdAt = new Date().toISOString()
  insert.run(id, originalname, size, sha256, width, height, thumbnail.size, createdAt)
  res.status(201).json({ id, filename: originalname, byteSize: size, sha256, width, height, createdAt })
})

async function sync(path: string): Promise<void> {
  await using file = await open(path)
  await file.sync()
}

const server = createServer(app)
server.listen(0, '127.0.0.1', () => printAddress((server.address() as AddressInfo).port))
