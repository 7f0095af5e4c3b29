import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a server keeps on disk, seen from outside. Disposing it removes it. */
export interface DataDirectory extends AsyncDisposable {
  readonly path: string
  /** Names of all blobs. */
  blobs(): Promise<string[]>
  /** Names of all files in staging; a lease, which every process has for as long as it lives, is none of them. */
  staged(): Promise<string[]>
  /** Makes every blob look three hours old, so that those without a row are swept at the next start. */
  age(): Promise<void>
}

/** An empty directory, in the system's directory for temporary files. */
export async function openDataDirectory(): Promise<DataDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'tintype-faults-'))
  const media = async () =>
    (await filesBelow(join(path, 'media'))).filter(({ name }) => name !== '.library.json')
  return {
    path,
    blobs: async () => (await media()).map(({ name }) => name),
    staged: async () =>
      (await filesBelow(join(path, 'staging')))
        .map(({ name }) => name)
        .filter((name) => !name.endsWith('.lease')),
    async age() {
      const then = new Date(Date.now() - 3 * 60 * 60 * 1000)
      for (const { parentPath, name } of await media()) await utimes(join(parentPath, name), then, then)
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

async function filesBelow(directory: string) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => !entry.isDirectory())
}
