import { existsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { lockFile } from '../file-lock.ts'
import { hasNativeCode } from '../storage-error.ts'

/** Ending of a lease's name. The lease of a directory lies beside it and has its name, with this behind. */
export const leaseSuffix = '.lease'

/** A new file may be swept between its creation and its lock; so many times in a row it is not. */
const maxAttempts = 10

/** How long a sweep that has just locked a new lease may take to release it, milliseconds. */
const sweepMs = 20

/** Directories whose leases this process holds. They stay its own even if an operator removes the files of the leases. */
const held = new Set<string>()

/**
 * Acquires the lease of a directory, for as long as this process lives or until it is disposed. To be acquired before
 * the directory is made: a directory without a lease is free for every sweep. Errors are native ones.
 */
export async function acquireLease(directory: string): Promise<Disposable> {
  const path = directory + leaseSuffix
  await mkdir(dirname(path), { recursive: true, mode: 0o750 }).catch((error: unknown) => {
    if (!hasNativeCode(error, ['EEXIST'])) throw error // a file in the way: opening says so
  })
  for (let attempt = 1; ; attempt += 1) {
    const file = await open(path, 'a', 0o640)
    await file.close()
    const lock = lockFile(path, { waitMs: sweepMs })
    if (lock && existsSync(path)) return hold(directory, lock)
    lock?.[Symbol.dispose]()
    if (attempt === maxAttempts) throw new Error(`The lease ${path} could not be locked`)
  }
}

function hold(directory: string, lock: Disposable): Disposable {
  held.add(directory)
  return {
    [Symbol.dispose]() {
      held.delete(directory)
      lock[Symbol.dispose]()
    },
  }
}

/**
 * Acquires the lease of a directory that another process may have left. `undefined` if that process or this one holds it,
 * or if the lease cannot be locked. Blocks this thread for a moment.
 */
export function acquireAbandoned(directory: string): Disposable | undefined {
  const path = directory + leaseSuffix
  if (held.has(directory)) return undefined
  if (!existsSync(path)) return { [Symbol.dispose]: () => undefined }
  try {
    return lockFile(path, { waitMs: 0 })
  } catch {
    return undefined // another user's
  }
}
