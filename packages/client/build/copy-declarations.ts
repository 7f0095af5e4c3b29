import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies the declarations of a directory, `.d.ts`, for importers that use CommonJS: `.d.cts`, which import each other. */
export async function copyDeclarations(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.d.ts')) continue
    const text = await readFile(join(directory, name), 'utf8')
    const copy = text.replaceAll(/(["'])(\.\/[\w-]+)\.js\1/g, '$1$2.cjs$1')
    await writeFile(join(directory, name.replace(/ts$/, 'cts')), copy)
  }
}
