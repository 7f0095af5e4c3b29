/** A folder: names and what they contain, folders in folders included. */
export interface Folder {
  readonly [name: string]: File | Folder
}

/** What a browser reports of a drop or a paste. A real one can be made only by a person. */
export function makeTransfer(content: Folder): DataTransfer {
  const files = Object.values(content).filter((one) => one instanceof File)
  const items = Object.entries(content).map(([name, one]) => ({
    kind: 'file',
    webkitGetAsEntry: () => makeEntry(name, one),
  }))
  return { types: ['Files'], files, items } as unknown as DataTransfer
}

/** Browsers return at most so many entries of a folder at a time. */
const entriesAtOnce = 100

function makeEntry(name: string, content: File | Folder): FileSystemEntry {
  if (content instanceof File) {
    const file = (use: (file: File) => void, fail: () => void) =>
      content.name === 'unreadable' ? fail() : use(content)
    return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry
  }
  const createReader = () => {
    const left = Object.entries(content).map(([child, one]) => makeEntry(child, one))
    return { readEntries: (use: (part: FileSystemEntry[]) => void) => use(left.splice(0, entriesAtOnce)) }
  }
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry
}

/** The first bytes of a PNG, which are all that is looked at before a file is sent. */
const bytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** A file of a few bytes. */
export const makeFile = (name: string, type = 'image/png'): File => new File([bytes], name, { type })
