import { urlAt } from './base-path.ts'
import type { PhotoJson } from './uploads.ts'

/** The text fields of an upload. */
export interface PhotoText {
  readonly filename?: string
  readonly title?: string
  readonly alt?: string
  readonly tags?: readonly string[]
}

/** Uploads an image and resolves with the photo; rejects unless it was created. */
export async function uploadPhoto(url: string, bytes: Uint8Array, words: PhotoText = {}): Promise<PhotoJson> {
  const form = new FormData()
  const { filename = 'photo', title, alt, tags = [] } = words
  form.set('file', new Blob([new Uint8Array(bytes)]), filename)
  if (title !== undefined) form.set('title', title)
  if (alt !== undefined) form.set('alt', alt)
  for (const tag of tags) form.append('tags', tag)
  const answer = await fetch(`${url}/photos`, { method: 'POST', body: form })
  if (answer.status !== 201)
    throw new Error(`the upload was answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as PhotoJson
}

/** The bytes of a media URL; rejects if they are missing. */
export async function readMedia(url: string, path: string): Promise<Buffer> {
  const answer = await fetch(urlAt(url, path))
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
  return Buffer.from(await answer.arrayBuffer())
}
