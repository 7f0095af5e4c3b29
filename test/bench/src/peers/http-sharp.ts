/* node:http and sharp: renders each request from the original, and caches nothing. */
import { join } from 'node:path'
import { directory, listenAndPrint } from './listen-and-print.ts'
import { renderFromOriginal } from './render-from-original.ts'

listenAndPrint((req, res) => {
  const name = req.url?.slice(1) ?? ''
  if (name === '') return void res.end('ok')
  renderFromOriginal(join(directory, 'photo.jpg'), name).then(
    (bytes) => {
      res.writeHead(200, {
        'content-type': name.endsWith('webp') ? 'image/webp' : 'image/avif',
        'content-length': bytes.length,
      })
      res.end(bytes)
    },
    () => res.writeHead(500).end(),
  )
})
