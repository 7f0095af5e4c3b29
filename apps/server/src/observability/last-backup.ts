import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const fileOf = (dataDirectory: string) => join(dataDirectory, 'last-backup.json')

/** Notes in the data directory that a backup is complete, for the metrics. Errors are native ones. */
export async function noteBackup(
  dataDirectory: string,
  backup: { readonly createdAt: string; readonly photos: number },
): Promise<void> {
  const file = fileOf(dataDirectory)
  await writeFile(`${file}.new`, `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o640 })
  await rename(`${file}.new`, file)
}

/** When the last backup began, Unix time in seconds; 0 if none was noted. */
export async function lastBackupOf(dataDirectory: string): Promise<number> {
  const text = await readFile(fileOf(dataDirectory), 'utf8').catch(() => '{}')
  const { createdAt } = JSON.parse(text) as { readonly createdAt?: string }
  return createdAt === undefined ? 0 : Date.parse(createdAt) / 1000
}
