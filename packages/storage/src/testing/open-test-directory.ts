import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of one test; disposing it removes it with all that is in it. */
export interface TestDirectory extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly path: string
}

/** Makes an empty directory inside `parent`, by default the system's directory for temporary files. */
export async function openTestDirectory(parent = tmpdir()): Promise<TestDirectory> {
  const path = await mkdtemp(join(await realpath(parent), 'tintype-test-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
