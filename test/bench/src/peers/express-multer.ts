/* Express and multer on disk, as multer's README begins. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import multer from 'multer'
import { directory, printAddress } from './listen-and-print.ts'

const upload = multer({ dest: directory })
const app = express()
app.get('/', (_req, res) => {
  res.send('ok')
})
app.post('/', upload.single('file'), (req, res) => {
  res.status(201).json({ size: req.file?.size })
})
const server = createServer(app)
server.listen(0, '127.0.0.1', () => printAddress((server.address() as AddressInfo).port))
