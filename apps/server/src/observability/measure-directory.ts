import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What is below a directory. */
export interface DirectorySize {
  readonly files: number
  readonly byteSize: number
}

/**
 * Returns a function that measures the files below a directory, and keeps the result for `maxAgeMs` milliseconds. A directory
 * that does not exist has none. Files that disappear in the meantime are not counted.
 */
export function measureDirectory(
  directory: string,
  { maxAgeMs }: { readonly maxAgeMs: number },
): () => Promise<DirectorySize> {
  let measured: Promise<DirectorySize> | undefined
  let staleAtMs = Number.NEGATIVE_INFINITY
  return () => {
    if (measured === undefined || performance.now() >= staleAtMs) {
      staleAtMs = performance.now() + maxAgeMs
      measured = measure(directory)
    }
    return measured
  }
}

async function measure(directory: string): Promise<DirectorySize> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => [])
  let files = 0
  let byteSize = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const stats = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined)
    if (stats === undefined) continue
    files += 1
    byteSize += stats.size
  }
  return { files, byteSize }
}
