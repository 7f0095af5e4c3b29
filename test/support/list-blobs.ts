import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { storageDirectory } from './storage-directory.ts'

/** Names of the blobs of a server's storage, sorted: of a bucket if its URL names one, otherwise of the data directory. */
export async function listBlobs(storageUrl: string, dataDirectory: string): Promise<string[]> {
  if (storageUrl.startsWith('s3:')) return (await listBucket(new URL(storageUrl))).sort()
  return await filesBelow(storageDirectory(dataDirectory, storageUrl))
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
