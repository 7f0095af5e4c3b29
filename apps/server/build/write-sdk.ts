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
      await pack('client', join(directory, 'sdk.tgz'))
      await pack('react', join(directory, 'react.tgz'))
    },
  }
}

/** Packs a workspace, which is built already, as it would be published. */
async function pack(workspace: string, path: string): Promise<void> {
  const command = ['pack', '--json', '--ignore-scripts', '--pack-destination', join(path, '..')]
  const { stdout } = await promisify(execFile)('npm', command, { cwd: join(packages, workspace) })
  const packed: unknown = JSON.parse(stdout)
  const [entry] = Array.isArray(packed) ? packed : Object.values(packed as object)
  await rename(join(path, '..', entry.filename), path)
}
