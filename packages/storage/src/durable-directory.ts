import { mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Once this resolves, earlier changes of names in the directory survive a power cut. Errors are native ones. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory)
  await handle.sync()
}

/**
 * Makes a directory and its parents if they are missing, readable by owner and group only (threat B183). They
 * survive a power cut once this resolves. Errors are native ones.
 */
export async function makeDirectory(directory: string): Promise<void> {
  const path = resolve(directory)
  const firstMade = await mkdir(path, { recursive: true, mode: 0o750 })
  if (firstMade === undefined) {
    // A start that was killed may have made it without a sync. If another user made it, its parent may be closed to us.
    await syncDirectory(dirname(path)).catch(() => undefined)
    return
  }
  for (let at = path; at.length >= firstMade.length; at = dirname(at)) {
    await syncDirectory(dirname(at))
    if (at === dirname(at)) return
  }
}
