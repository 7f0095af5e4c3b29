import { mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** What was made, renamed or removed in a directory survives a power cut from then on. Errors are native ones. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory)
  await handle.sync()
}

/** Makes a directory, and those above it, where they are missing; what is new survives a power cut. Errors are native ones. */
export async function makeDirectory(directory: string): Promise<void> {
  const madeFrom = await mkdir(directory, { recursive: true, mode: 0o750 })
  if (madeFrom === undefined) return
  const top = dirname(resolve(madeFrom))
  for (let at = resolve(directory); at !== top; at = dirname(at)) await syncDirectory(dirname(at))
}
