/** Equal for files that are very likely the same; empty for blobs, which have no name. */
export function fingerprint(file: Blob): string {
  const { name, size, lastModified } = file as File
  return name ? `${name}/${size}/${lastModified}` : ''
}
