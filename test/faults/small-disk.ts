import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from '../support/raw-http.ts'
import type { Tintype } from '../support/start-tintype.ts'
import { ask } from '../support/uploads.ts'

const kib = 1024

/** A file system of its own, in memory, so small that it can be filled. Disposing it unmounts it. */
export async function mountSmallDisk(byteSize: number) {
  const path = await mkdtemp(join(tmpdir(), 'tintype-small-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${byteSize}`, 'tmpfs', path])
  return {
    path,
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [path])
      await rm(path, { recursive: true })
    },
  }
}

/** Writes until nothing more can be written. */
export async function fillDisk(path: string): Promise<void> {
  await using file = await open(path, 'w')
  for (let byteSize = 64 * kib; byteSize >= 1; ) {
    const isWritten = await file.appendFile(Buffer.alloc(byteSize, 1)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error
        return false
      },
    )
    if (!isWritten) byteSize = Math.floor(byteSize / 2)
  }
}

/** Uploads bytes without declaring how many. */
export function streamBytes(tintype: Tintype, bytes: Uint8Array): Promise<Answer> {
  const body = new Blob([Buffer.from(bytes)]).stream()
  const headers = { 'Content-Type': 'image/jpeg' }
  return ask(tintype, '/photos', { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
}
