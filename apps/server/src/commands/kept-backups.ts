import { readdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '@tintype/storage'
import { backupPaths, readManifest } from './backup-directory.ts'

/** The name of a backup among others: its time, in UTC, so that names sort as times do. No colons: some systems forbid them. */
export function nameBackup(time: Date): string {
  return time.toISOString().replaceAll(':', '-')
}

const namePattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/

/** The same, and the name of a backup while it is made: one that was killed keeps it. */
const anyNamePattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z(\.partial-[0-9a-f]{12})?$/

/** The complete backups in a directory that `nameBackup` has named, newest first; none if the directory does not exist. */
export async function listBackups(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => [])
  const backups: string[] = []
  for (const name of names
    .filter((one) => namePattern.test(one))
    .sort()
    .reverse()) {
    const path = join(directory, name)
    const isComplete = await readManifest(path).then(
      () => true,
      () => false,
    )
    if (isComplete) backups.push(path)
  }
  return backups
}

/**
 * Removes all backups in a directory but the newest ones, and what those before them have left that were killed. A backup whose removal
 * is interrupted is not complete any more, and is removed by the next call.
 *
 * @returns how many were removed. Errors are native ones
 */
export async function removeOldBackups(
  directory: string,
  { keep }: { readonly keep: number },
): Promise<number> {
  const complete = await listBackups(directory)
  const kept = new Set(complete.slice(0, keep))
  const oldestKept = complete[keep - 1]
  if (oldestKept === undefined) return 0
  let removed = 0
  for (const name of await readdir(directory)) {
    const path = join(directory, name)
    if (!anyNamePattern.test(name) || kept.has(path) || path >= oldestKept) continue
    await unlink(backupPaths(path).manifest).catch(() => undefined)
    await syncDirectory(path)
    await rm(path, { recursive: true, force: true })
    removed += 1
  }
  return removed
}
