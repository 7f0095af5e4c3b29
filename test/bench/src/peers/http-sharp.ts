/* node:http and sharp: renders each wish from the original, keeps nothing. */
import { join } from 'node:path'
import { directory, listenAndTell } from './listen-and-tell.ts'
import { renderFromOriginal } from './render-from-original.ts'

listenAndTell((req, res) => {
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
