import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies the declarations of a directory, `.d.ts`, for importers that use CommonJS: `.d.cts`. They import packages only. */
export async function copyDeclarations(directory: string): Promise<void> {
  for (const name of await readdir(directory))
    if (name.endsWith('.d.ts'))
      await copyFile(join(directory, name), join(directory, name.replace(/ts$/, 'cts')))
}
