/** Files that were dropped, pasted or chosen. */
export interface ListedFiles {
  readonly files: readonly File[]
  /** How many others there were: hidden ones, those of other types, and those that could not be read. */
  readonly skipped: number
}

/** Folders are read up to here. */
const maxFiles = 10_000

/**
 * Lists the files of a drop, those in its folders included, however deep.
 *
 * @param transfer read before this function first waits, because its items are gone afterwards
 * @param folders whether folders are read; else they are skipped
 */
export async function listDropped(transfer: DataTransfer, folders: boolean): Promise<ListedFiles> {
  const plain = [...transfer.files]
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry?.())
  if (!entries.some((entry) => entry?.isDirectory)) return { files: plain, skipped: 0 }
  const found: { readonly files: File[]; skipped: number } = { files: [], skipped: 0 }
  for (const entry of entries) {
    if (!entry || (entry.isDirectory && !folders)) found.skipped++
    else await collect(entry, found)
  }
  return found
}

async function collect(
  entry: FileSystemEntry,
  found: { readonly files: File[]; skipped: number },
): Promise<void> {
  if (found.files.length >= maxFiles || entry.name.startsWith('.')) {
    found.skipped++
  } else if (isFile(entry)) {
    const file = await new Promise<File | undefined>((resolve) =>
      entry.file(resolve, () => resolve(undefined)),
    )
    if (file) found.files.push(file)
    else found.skipped++
  } else if (isDirectory(entry)) {
    const reader = entry.createReader()
    // a browser returns a part of a large folder at a time
    for (;;) {
      const children = await new Promise<readonly FileSystemEntry[]>((resolve) =>
        reader.readEntries(resolve, () => resolve([])),
      )
      if (children.length === 0) return
      for (const child of children) await collect(child, found)
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory

/** The files of a paste. A screenshot has no name, or the same as every other one, so it gets its time as a name. */
export function listPasted(transfer: DataTransfer, now = new Date()): readonly File[] {
  return [...transfer.files].map((file) => {
    if (file.name !== 'image.png' && file.name !== '') return file
    const { type } = file
    const time = now.toISOString().slice(0, 19).replace(/[T:]/g, '-')
    const extension = /^image\/(\w+)/.exec(type)?.[1] ?? 'png'
    return new File([file], `pasted-${time}.${extension}`, { type })
  })
}
