/* node:http alone: the body is the file. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { directory, listenAndPrint } from './listen-and-print.ts'

listenAndPrint((req, res) => {
  if (req.method !== 'PUT') return void res.end('ok')
  const saving = createWriteStream(join(directory, randomUUID()))
  pipeline(req, saving, (error) => {
    res.writeHead(error ? 500 : 201, { 'content-type': 'application/json' })
    res.end(JSON.stringify({ size: saving.bytesWritten }))
  })
})
