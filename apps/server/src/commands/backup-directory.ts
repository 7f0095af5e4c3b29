import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '@tintype/storage'
import { z } from 'zod'
import { ConfigError } from '../config/config-error.ts'

/** The files of a backup. They are laid out like a default data directory, so that doctor can check them. */
export function backupPaths(directory: string) {
  return {
    catalogFile: join(directory, 'tintype.db'),
    storage: { kind: 'disk', directory: join(directory, 'media') },
    stagingDirectory: join(directory, 'staging'),
    manifest: join(directory, 'backup.json'),
  } as const
}

const manifestShape = z.object({
  format: z.literal(1),
  createdAt: z.string(),
  photos: z.number(),
})

/** A backup's manifest. It is written last: a directory that has it is complete. */
export type BackupManifest = z.infer<typeof manifestShape>

/** Writes the manifest, durably. Errors are native ones. */
export async function writeManifest(directory: string, manifest: BackupManifest): Promise<void> {
  await using file = await open(backupPaths(directory).manifest, 'wx', 0o640)
  await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
  await file.sync()
  await syncDirectory(directory)
}

/** @throws ConfigError if the directory is not a backup, not a complete one, or of a newer version */
export async function readManifest(directory: string): Promise<BackupManifest> {
  try {
    return manifestShape.parse(JSON.parse(await readFile(backupPaths(directory).manifest, 'utf8')))
  } catch {
    throw new ConfigError(`${directory} is not a complete backup that this version of Tintype can read`)
  }
}
