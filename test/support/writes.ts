import { filePart, writeForm } from './multipart.ts'
import type { Answer } from './raw-http.ts'
import { type Sending, send } from './send.ts'
import type { Tintype } from './start-tintype.ts'

/** A request and its target. */
export type Write = readonly [target: string, sending: Sending]

/** Everything that changes something, as a page could send it: by name, for the photo `id`, with an image to upload. */
export function writesOf(id: string, image: Uint8Array) {
  const form = writeForm([filePart(image, 'a.png')])
  const png = { 'content-type': 'image/png' }
  const json = { 'content-type': 'application/json' }
  const call = (body: object) => ({ method: 'POST', headers: json, body: JSON.stringify(body) })
  return {
    'an upload': ['/photos', { method: 'POST', headers: png, body: image }],
    'a form': ['/photos', { method: 'POST', headers: { 'content-type': form.contentType }, body: form.body }],
    'a form as text': [
      '/photos',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: form.body },
    ],
    'an upload for its thumbnail': ['/photos/thumbnail', { method: 'POST', headers: png, body: image }],
    'a change': ['/trpc/photos.update', call({ id, title: 'changed' })],
    'a rendition': ['/trpc/thumbnails.create', call({ photoId: id, width: 11 })],
    'a batch': ['/trpc/photos.update?batch=1', call({ 0: { id, title: 'changed' } })],
    'a deletion': [`/photos/${id}`, { method: 'DELETE' }],
    'a deletion by call': ['/trpc/photos.delete', call({ id })],
  } satisfies Record<string, Write>
}

/** Sends one of them with headers of its own. */
export function sendWrite(
  tintype: Tintype,
  [target, sending]: Write,
  headers: Record<string, string>,
): Promise<Answer> {
  return send(tintype.url, target, { ...sending, headers: { ...sending.headers, ...headers } })
}
