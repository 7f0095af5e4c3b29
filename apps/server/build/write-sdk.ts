import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const packages = join(import.meta.dirname, '../../../packages')

/** Writes the SDK beside the server, as it serves it: a script, its declarations, and the packages that npm installs. */
export function writeSdk() {
  return {
    name: 'write-sdk',
    async writeBundle({ dir = 'dist' }: { readonly dir?: string | undefined }): Promise<void> {
      const directory = join(dir, 'sdk')
      await mkdir(directory, { recursive: true })
      for (const file of ['sdk.js', 'sdk.d.ts']) {
        await copyFile(join(packages, 'client/dist', file), join(directory, file))
        const bytes = await readFile(join(directory, file))
        await writeFile(join(directory, `${file}.br`), brotliCompressSync(bytes))
        await writeFile(join(directory, `${file}.gz`), gzipSync(bytes, { level: 9 }))
      }
      await pack({ client: 'sdk.tgz', react: 'react.tgz' }, directory)
    },
  }
}

/**
 * Packs workspaces, which are built already, as they would be published: all in one call, because npm takes longer to start
 * than to pack.
 *
 * @param names names of the packed files by workspace
 */
async function pack(names: Readonly<Record<string, string>>, directory: string): Promise<void> {
  const workspaces = Object.keys(names).map((name) => join(packages, name))
  const command = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory, ...workspaces]
  const { stdout } = await promisify(execFile)('npm', command, { cwd: packages })
  const packed: unknown = JSON.parse(stdout)
  const entries = Array.isArray(packed) ? packed : Object.values(packed as object)
  for (const [at, name] of Object.values(names).entries())
    await rename(join(directory, entries[at].filename), join(directory, name))
}
