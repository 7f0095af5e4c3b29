import type { ListedFiles } from './list-files.ts'

/** Extensions that say the type of files that the system gives none. */
const imageExtension = /^(?:jpe?g|png|webp|gif|avif|hei[cf])$/

/**
 * Separates the files to upload from what else a folder contains. A single file is never left out: the server's refusal explains
 * more.
 *
 * @param accept media types such as `image/png` and `image/*`, or extensions such as `.png`
 */
export function pickAccepted({ files, skipped }: ListedFiles, accept: readonly string[]): ListedFiles {
  if (files.length === 1 && skipped === 0) return { files, skipped }
  const accepted = files.filter((file) => !file.name.startsWith('.') && isAccepted(file, accept))
  return { files: accepted, skipped: skipped + files.length - accepted.length }
}

function isAccepted({ name, type }: File, accept: readonly string[]): boolean {
  const extension = name.toLowerCase().replace(/^.*\./s, '')
  const guessed = imageExtension.test(extension) ? `image/${extension.replace('jpg', 'jpeg')}` : ''
  const ownType = type || guessed
  return accept.some((one) => {
    if (one.startsWith('.')) return one.toLowerCase() === `.${extension}`
    return one.endsWith('/*') ? ownType.startsWith(one.slice(0, -1)) : one === ownType
  })
}
