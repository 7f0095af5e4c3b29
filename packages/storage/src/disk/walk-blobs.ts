import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BlobKey, parseBlobKey } from '../blob-key.ts'
import type { BlobStat } from '../blob-store.ts'
import { isRealPath, statRegularFile, unlessAbsent } from './regular-file.ts'

/**
 * Every blob below `root` whose key starts with `prefix`; reads only directories that can hold one, and
 * holds one entry per level. Whatever is no regular file, or has a name that is no key, is passed over.
 */
export async function* walkBlobs(root: string, prefix: string): AsyncGenerator<BlobStat> {
  const parent = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0))
  if (parent !== '' && asKey(parent) === undefined) return
  if (await isRealPath(join(root, parent))) yield* walkDirectory(root, { parent, prefix })
}

async function* walkDirectory(
  root: string,
  { parent, prefix }: { readonly parent: string; readonly prefix: string },
): AsyncGenerator<BlobStat> {
  const directory = await unlessAbsent(opendir(join(root, parent), { bufferSize: 256 }))
  if (directory === undefined) return
  for await (const entry of directory) {
    const key = asKey(parent === '' ? entry.name : `${parent}/${entry.name}`)
    if (key === undefined || !(key.startsWith(prefix) || prefix.startsWith(`${key}/`))) continue
    if (entry.isDirectory()) yield* walkDirectory(root, { parent: key, prefix })
    if (!entry.isFile()) continue
    const stats = await statRegularFile(join(root, key))
    if (stats) yield { key, byteSize: stats.size, modifiedAtMs: stats.mtimeMs }
  }
}

function asKey(text: string): BlobKey | undefined {
  try {
    return parseBlobKey(text)
  } catch {
    return undefined
  }
}
