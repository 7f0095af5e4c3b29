import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
