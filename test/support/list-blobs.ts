import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { query } from './call.ts'
import { storageDirectory } from './storage-directory.ts'

/**
 * Names of the blobs of a server's storage, sorted: of a bucket or a directory if its URL names one. Nothing but the server can
 * see another storage, such as one in memory; then they are those of its photos.
 */
export async function listBlobs(
  storageUrl: string,
  { dataDirectory, url }: { readonly dataDirectory: string; readonly url: string },
): Promise<string[]> {
  if (storageUrl.startsWith('s3:')) return (await listBucket(new URL(storageUrl))).sort()
  if (storageUrl.startsWith('file:')) {
    const names = await filesBelow(storageDirectory(dataDirectory, storageUrl))
    return names.filter((name) => name !== '.library.json')
  }
  return (await listPhotos(url)).sort()
}

/** Names of the blobs that the photos of an open server have. */
async function listPhotos(url: string): Promise<string[]> {
  const names: string[] = []
  let cursor: string | null | undefined
  do {
    const { data } = await query<Page>(url, 'photos.list', { limit: 100, ...(cursor && { cursor }) })
    for (const photo of data?.photos ?? []) {
      names.push(`originals/${photo.id.slice(0, 7)}/${basename(photo.url)}`)
      const { data: renditions } = await query<readonly { url: string }[]>(url, 'thumbnails.list', {
        photoId: photo.id,
      })
      for (const rendition of renditions ?? [])
        names.push(`renditions/${photo.id.slice(0, 7)}/${photo.id}.${basename(rendition.url)}`)
    }
    cursor = data?.nextCursor
  } while (cursor)
  return names
}

interface Page {
  readonly photos: readonly { readonly id: string; readonly url: string }[]
  readonly nextCursor: string | null
}

async function listBucket({ hostname, pathname, searchParams }: URL): Promise<string[]> {
  const { openS3BlobReader } = await import('@tintype/storage/drivers/s3')
  const prefix = `${pathname.slice(1)}/media/`
  const endpoint = searchParams.get('endpoint') ?? undefined
  await using blobs = await openS3BlobReader({ bucket: hostname, prefix, endpoint, isPathStyle: true })
  const keys: string[] = []
  for await (const { key } of blobs.list('')) keys.push(key)
  return keys
}

/** Names of the files below a directory, however deep, relative to it, sorted. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()
}
