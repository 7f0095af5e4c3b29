import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeMissing } from '../durable-directory.ts'
import { lockFile } from '../file-lock.ts'
import { hasNativeCode } from '../storage-error.ts'

/** Ending of a lease's name. A lease is a file beside its directory, with the directory's name and this ending. */
export const leaseSuffix = '.lease'

/** A new lease may be swept between its creation and its lock. Then it is created again, at most so often. */
const maxAttempts = 10

/** How long to wait for a sweep that has just locked a new lease, milliseconds. */
const sweepMs = 20

/** Directories whose leases this process holds. Its sweeps skip them even if an operator has removed the lease files. */
const held = new Set<string>()

/**
 * Acquires the lease of a directory until it is disposed or this process ends. Acquire it before the directory is created:
 * sweeps remove directories without a lease. Errors are native ones.
 */
export async function acquireLease(directory: string): Promise<Disposable> {
  const path = directory + leaseSuffix
  await makeMissing(dirname(path)).catch((error: unknown) => {
    if (!hasNativeCode(error, ['EEXIST'])) throw error // a file: opening the lease reports it
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
 * Acquires the lease of a directory whose process may have ended. `undefined` if a process holds it, this one included, or
 * if it cannot be locked. Blocks this thread for a moment.
 */
export function acquireAbandoned(directory: string): Disposable | undefined {
  const path = directory + leaseSuffix
  if (held.has(directory)) return undefined
  if (!existsSync(path)) return { [Symbol.dispose]: () => undefined }
  try {
    return lockFile(path, { waitMs: 0 })
  } catch {
    return undefined // it belongs to another user
  }
}
