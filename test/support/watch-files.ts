import { watch } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that appear and disappear in some directories. Disposing it stops watching. */
export interface FileWatch extends AsyncDisposable {
  /** Names of the files that were made or removed so far. */
  names(): Promise<string[]>
}

const marker = '.watch-marker'

/** Watches the files in the directories that `parent` has now. */
export async function watchFilesBelow(parent: string): Promise<FileWatch> {
  const entries = await readdir(parent, { withFileTypes: true })
  const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name))
  if (directories.length === 0) throw new Error('there is no directory to watch')
  const seen = new Set<string>()
  const watched = directories.map((directory) => {
    const marked = Promise.withResolvers<void>()
    const watcher = watch(directory, (_event, name) => {
      if (name === marker) marked.resolve()
      else if (name !== null) seen.add(name)
    })
    return { directory, watcher, marked }
  })
  return {
    async names() {
      for (const { directory, marked } of watched) {
        // Events come in order: once this one is here, those before it are.
        await writeFile(join(directory, marker), '')
        await marked.promise
      }
      return [...seen]
    },
    async [Symbol.asyncDispose]() {
      for (const { directory, watcher } of watched) {
        watcher.close()
        await rm(join(directory, marker), { force: true })
      }
    },
  }
}
