import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { settleTintype } from './settle-tintype.ts'
import type { RunningServer } from './spawn-server.ts'
import type { UploadSide } from './upload-sides.ts'

/**
 * Empties what was uploaded, so that the disk does not fill. Tintype first finishes the work after its answers.
 *
 * @returns milliseconds that it was busy after the last answer
 */
export async function clearUploads(side: UploadSide, server: RunningServer): Promise<number> {
  if (!side.isTintype) {
    emptyFiles(server.directory)
    return 0
  }
  const startedAt = performance.now()
  await settleTintype(server.port)
  const busyMs = performance.now() - startedAt
  const originals = join(server.directory, 'media/originals')
  for (const shard of readdirSync(originals)) emptyFiles(join(originals, shard))
  return busyMs
}

/**
 * Removing the files as well would make the next turn slow: ext4 does not reuse the inode numbers of recently removed files,
 * and has to search for others.
 */
function emptyFiles(directory: string): void {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
  for (const { name } of files) {
    const path = join(directory, name)
    if (emptied.has(path)) continue
    truncateSync(path, 0)
    emptied.add(path)
  }
}

const emptied = new Set<string>()
