/**
 * Whether a file's name has a hash of its content, so that its URL can be cached for ever. The form is Vite's
 * `name-hash.ext`, with eight or more letters of base64url. The hash must look like one, because `apple-touch-icon.png` has
 * the same form; below `assets` a bundler writes everything, so less is enough there.
 *
 * @param path below the bundle's directory, with a slash in front
 */
export function isContentHashed(path: string): boolean {
  const [, hash, extension] = /^.*-([\w-]{8,64})\.([a-z0-9]{1,11}(?:\.map)?)$/i.exec(path) ?? []
  if (hash === undefined || /^html?$/i.test(extension ?? '')) return false
  return path.startsWith('/assets/') ? /[A-Z0-9_]/.test(hash) : /[A-Z]/.test(hash) && /[a-z0-9]/.test(hash)
}
