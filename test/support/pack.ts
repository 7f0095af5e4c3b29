import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Packs a workspace as it would be published. Resolves with the path of the tarball, in `directory`. */
export async function pack(workspace: string, directory: string): Promise<string> {
  const command = ['pack', '--json', '--pack-destination', directory]
  const { stdout } = await promisify(execFile)('npm', command, { cwd: workspace })
  // the build writes first, in colour when it runs for CI
  const packed: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]\s*$/m)))
  const [entry] = Array.isArray(packed) ? packed : Object.values(packed as object)
  return join(directory, entry.filename)
}
