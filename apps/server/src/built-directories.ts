import { fileURLToPath } from 'node:url'

/** Directories of what is built with the server and served by it, as the routes need them. */
export interface BuiltDirectories {
  /** Of the web page. */
  readonly staticDirectory: string
  /** Of the SDK. */
  readonly sdkDirectory: string
}

/**
 * Finds what was built. It lies beside this file if the server was built too.
 *
 * @param configured directories to use instead
 */
export function builtDirectories({
  staticDirectory,
}: {
  readonly staticDirectory?: string | undefined
}): BuiltDirectories {
  const isSource = import.meta.url.endsWith('.ts')
  const find = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  return {
    staticDirectory: staticDirectory ?? find(isSource ? '../../gallery/dist' : './gallery'),
    sdkDirectory: find(isSource ? '../dist/sdk' : './sdk'),
  }
}
