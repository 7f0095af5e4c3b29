/** Files that were dropped or chosen, and how many others were left out: hidden files and those that are no images. */
export interface ListedFiles {
  readonly files: readonly File[]
  readonly skipped: number
}

/** A folder with more files is read up to here. */
export const maxFiles = 10_000

const imageNames = /\.(jpe?g|png|webp|gif|avif)$/i

/** Separates images from what else a folder contains. A single file that was chosen is always sent: the server decides. */
export function pickImages(files: Iterable<File>): ListedFiles {
  const all = [...files]
  if (all.length === 1) return { files: all, skipped: 0 }
  const images = all.filter(
    ({ name, type }) => !name.startsWith('.') && (type.startsWith('image/') || imageNames.test(name)),
  )
  return { files: images, skipped: all.length - images.length }
}

/**
 * Lists the files of a drop, those in its folders included, however deep.
 *
 * @param transfer read before this function first waits, because a drop's items are gone afterwards
 */
export async function listDropped(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  const plain = [...transfer.files]
  if (!entries.some((entry) => entry?.isDirectory)) return plain
  const files: File[] = []
  for (const entry of entries) if (entry) await collect(entry, files)
  return files
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length >= maxFiles || entry.name.startsWith('.')) return
  if (isFile(entry)) {
    const file = await new Promise<File | undefined>((resolve) =>
      entry.file(resolve, () => resolve(undefined)),
    )
    // one that disappeared in the meantime is left out
    if (file) files.push(file)
  } else if (isDirectory(entry)) {
    const reader = entry.createReader()
    for (;;) {
      const children = await new Promise<FileSystemEntry[]>((resolve) =>
        reader.readEntries(resolve, () => resolve([])),
      )
      if (children.length === 0) return
      for (const child of children) await collect(child, files)
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
