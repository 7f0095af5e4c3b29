import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '@tintype/storage'
import { z } from 'zod'

const fileOf = (dataDirectory: string) => join(dataDirectory, 'last-backup.json')

const noteShape = z.object({ createdAt: z.iso.datetime() })

/**
 * Notes in the data directory that a backup is complete, for the metrics. The note survives a power cut, and replaces the last one
 * whole. Errors are native ones.
 */
export async function noteBackup(
  dataDirectory: string,
  backup: { readonly createdAt: string; readonly photos: number },
): Promise<void> {
  const file = fileOf(dataDirectory)
  {
    await using handle = await open(`${file}.new`, 'w', 0o640)
    await handle.writeFile(`${JSON.stringify(backup, null, 2)}\n`)
    await handle.sync()
  }
  await rename(`${file}.new`, file)
  await syncDirectory(dataDirectory)
}

/** When the last backup began, Unix time in seconds; 0 if none was noted, or if the note cannot be read. */
export async function lastBackupOf(dataDirectory: string): Promise<number> {
  try {
    const { createdAt } = noteShape.parse(JSON.parse(await readFile(fileOf(dataDirectory), 'utf8')))
    return Date.parse(createdAt) / 1000
  } catch {
    return 0 // no number at all would silence the alert about missing backups
  }
}
