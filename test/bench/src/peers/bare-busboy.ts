/* node:http and busboy, as busboy's README saves a file. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import busboy from 'busboy'
import { directory, listenAndPrint } from './listen-and-print.ts'

listenAndPrint((req, res) => {
  if (req.method !== 'POST') return void res.end('ok')
  const parser = busboy({ headers: req.headers })
  parser.on('file', (_name, file) => {
    const saving = createWriteStream(join(directory, randomUUID()))
    saving.on('close', () => {
      res.writeHead(201, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ size: saving.bytesWritten }))
    })
    file.pipe(saving)
  })
  req.pipe(parser)
})
