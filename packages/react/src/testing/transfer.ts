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

/** A file of a few bytes. */
export const makeFile = (name: string, type = 'image/png'): File => new File(['bytes'], name, { type })
