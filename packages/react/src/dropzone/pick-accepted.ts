import type { ListedFiles } from './list-files.ts'

/** Types of files that the system gives no type. */
const typesByExtension: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  heic: 'image/heic',
  heif: 'image/heif',
}

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
  const extension = name.toLowerCase().split('.').at(-1) ?? ''
  const ownType = type || (typesByExtension[extension] ?? '')
  return accept.some((one) => {
    if (one.startsWith('.')) return one.toLowerCase() === `.${extension}`
    return one.endsWith('/*') ? ownType.startsWith(one.slice(0, -1)) : one === ownType
  })
}
