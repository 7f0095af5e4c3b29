import { fileURLToPath } from 'node:url'

/** The directory of the built gallery; beside this file if the server was built too. */
export function builtGallery(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? '../../gallery/dist' : './gallery', import.meta.url))
}
