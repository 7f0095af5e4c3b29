import type { Photo } from '@tintype/client'
import { renewPhoto } from '../photos/renew-photo.ts'
import { tintype } from '../tintype.ts'

/** The photos do not fit into the browser's memory. */
export class ZipTooLargeError extends Error {}

/** What is kept in memory at most, in bytes, if the browser cannot write to a file. */
const maxMemoryBytes = 1024 ** 3

interface SaveZipOptions {
  readonly signal: AbortSignal
  /** Called with the number of photos that are in the file. */
  readonly onProgress: (done: number) => void
}

/**
 * Saves the originals of photos as one ZIP file: straight to the disk if the browser can do that, else through its memory.
 *
 * @throws ZipTooLargeError, DOMException `AbortError`, or why a photo could not be read
 */
export async function saveZip(
  photos: readonly Photo[],
  { signal, onProgress }: SaveZipOptions,
): Promise<void> {
  const place = await openPlace()
  if (!place && photos.reduce((sum, { byteSize }) => sum + byteSize, 0) > maxMemoryBytes)
    throw new ZipTooLargeError()
  const { downloadZip } = await import('client-zip')
  const zip = downloadZip(readOriginals(photos, { signal, onProgress }))
  if (place && zip.body) return zip.body.pipeTo(place, { signal })
  const url = URL.createObjectURL(await zip.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = zipName()
  link.click()
  URL.revokeObjectURL(url)
}

async function* readOriginals(photos: readonly Photo[], { signal, onProgress }: SaveZipOptions) {
  const names = new Set<string>()
  for (const [index, photo] of photos.entries()) {
    const input = await fetch(tintype.mediaUrl(await renewPhoto(photo, signal)), { signal })
    if (!input.ok) throw new Error(`The original of ${photo.id} was answered with ${input.status}`)
    yield { name: uniqueName(photo.filename, names), lastModified: new Date(photo.createdAt), input }
    onProgress(index + 1)
  }
}

/** Names of cameras repeat themselves, and files of one name would replace each other. */
export function uniqueName(name: string, used: Set<string>): string {
  const [, stem = name, extension = ''] = /^(.*?)(\.[^.]*)?$/s.exec(name.replaceAll(/[/\\]/g, '_')) ?? []
  for (let count = 1; ; count++) {
    const unique = count === 1 ? `${stem}${extension}` : `${stem} (${count})${extension}`
    if (used.has(unique.toLowerCase())) continue
    used.add(unique.toLowerCase())
    return unique
  }
}

const zipName = () => `photos-${new Date().toISOString().slice(0, 10)}.zip`

async function openPlace(): Promise<WritableStream<Uint8Array> | undefined> {
  if (!('showSaveFilePicker' in window)) return undefined
  const { showSaveFilePicker } = window as unknown as {
    showSaveFilePicker(options: object): Promise<{ createWritable(): Promise<WritableStream<Uint8Array>> }>
  }
  return (await showSaveFilePicker({ suggestedName: zipName() })).createWritable()
}
