import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { pack } from './pack.ts'
import { readExamples } from './read-examples.ts'
import { repository } from './start-tintype.ts'

const run = promisify(execFile)

/** A project of its own directory, outside of the repository, with the packed SDK and the packed hooks installed. */
export interface ReactProject extends AsyncDisposable {
  readonly directory: string
  /** The packed hooks. */
  readonly tarball: string
  /** Writes the examples of a document, with the URL of a server instead of the one named there. */
  writeExamples(url: string, document: string): Promise<void>
}

/** Packs both packages, and installs them beside other dependencies. */
export async function openReactProject(dependencies: Record<string, string>): Promise<ReactProject> {
  const parent = await mkdtemp(join(tmpdir(), 'tintype-react-'))
  const directory = join(parent, 'project')
  const packages = [
    await pack(join(repository, 'packages/client'), parent),
    await pack(join(repository, 'packages/react'), parent),
  ]
  await mkdir(directory)
  await writeFile(
    join(directory, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  )
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], {
    cwd: directory,
  })
  return {
    directory,
    tarball: packages[1] ?? '',
    async writeExamples(url, document) {
      for (const { name, code } of await readExamples(document)) {
        const file = join(directory, name)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, code.replaceAll('http://127.0.0.1:3000', url))
      }
    },
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  }
}
