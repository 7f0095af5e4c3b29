import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { StagedSource } from '../blob-store.ts'

/** An existing file as a source for a store. It is synced once; the caller removes it. */
export function fileSource(path: string): StagedSource {
  let synced: Promise<void> | undefined
  async function sync() {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    await file.sync()
  }
  return {
    path,
    sync() {
      synced ??= sync()
      return synced
    },
  }
}
