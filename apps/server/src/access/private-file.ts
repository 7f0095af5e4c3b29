import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { syncDirectory } from '@tintype/storage'
import { ConfigError } from '../config/config-error.ts'

/** Bytes of the largest file that is read; a longer one has no secret of ours in it. */
const maxByteSize = 64 * 1024

/**
 * Reads a file that only the server's user may read.
 *
 * @returns its text, trimmed; `undefined` if there is no such file
 * @throws ConfigError if other users can read or write it, or it is a link or no file
 * @throws STORAGE_UNAVAILABLE if it cannot be read
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  // A pipe would block the start, and a link could lead to another user's file.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  try {
    await using handle = await open(path, flags)
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size > maxByteSize) throw refuse(path, 'is not a small file')
    const mode = stats.mode & 0o777
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw refuse(path, `can be used by other users of this machine (mode ${mode.toString(8)})`)
    return (await handle.readFile('utf8')).trim()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return undefined
    if (code === 'ELOOP') throw refuse(path, 'is a symbolic link')
    throw new TintypeError('STORAGE_UNAVAILABLE', 'A file of the data directory cannot be read', {
      cause: error,
    })
  }
}

function refuse(path: string, reason: string): ConfigError {
  return new ConfigError(
    `${path} ${reason}. It has a secret in it: expected a file with mode 600. Run chmod 600 on it, or replace the secret ` +
      'if others may have read it',
  )
}

/**
 * Writes a new file that only the server's user may read, durably. After a crash it is complete or absent. The caller holds
 * the directory's lock, and knows that the file does not exist.
 *
 * @throws STORAGE_UNAVAILABLE if it cannot be written
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`
  try {
    await rm(partial, { force: true })
    {
      await using handle = await open(partial, 'wx', 0o600)
      await handle.writeFile(`${text}\n`)
      await handle.sync()
    }
    await rename(partial, path)
    await syncDirectory(dirname(path))
  } catch (cause) {
    throw new TintypeError('STORAGE_UNAVAILABLE', 'A file of the data directory cannot be written', { cause })
  }
}
