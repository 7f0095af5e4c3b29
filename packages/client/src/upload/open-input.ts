import { TintypeError } from '@tintype/contract'
import { type OpenChoice, openPageInput, prepareOpened } from './open-page-input.ts'
import type { NativeFile, OpenInput, UploadInput } from './upload-input.ts'
import type { PhotoDescription } from './upload-options.ts'

/**
 * Opens any input, prepares and checks it. A page loads this module only if it has more than a blob, or something to do with it.
 *
 * @throws TintypeError `FILE_REQUIRED` if a path names no readable file, with the fact `path`; `INVALID_REQUEST` for a file of React
 * Native without XMLHttpRequest; those of `openPageInput`
 */
export async function openInput(input: UploadInput, choice: OpenChoice): Promise<OpenInput> {
  if (typeof input === 'string' || input instanceof URL)
    return prepareOpened(await openPath(String(input)), choice)
  if (input && typeof input === 'object' && 'uri' in input) {
    if (!choice.hasXhr)
      throw new TintypeError(
        'INVALID_REQUEST',
        'Only XMLHttpRequest reads the file of a uri. Leave out fetch in React Native; elsewhere expected a path or a File',
      )
    return toForm(input, choice.options)
  }
  return openPageInput(input, choice)
}

/** React Native reads the file when it sends the form. */
function toForm({ uri, name, type }: NativeFile, { alt, filename }: PhotoDescription): OpenInput {
  const body = new FormData()
  if (alt) body.append('alt', alt)
  const part = {
    uri,
    name: filename ?? name ?? uri.split('/').at(-1),
    type: type ?? 'application/octet-stream',
  }
  body.append('file', part as unknown as Blob)
  return { body, filename, alt: undefined }
}

/** @param path of the file, or its `file:` URL */
async function openPath(path: string): Promise<OpenInput> {
  const { Bun } = globalThis as { readonly Bun?: BunFiles }
  try {
    const opened = await (Bun ? openInBun(path, Bun) : openInNode(path))
    // a directory, and a file that may not be read, can be opened as a blob
    await opened.body.slice(0, 1).arrayBuffer()
    return { ...opened, path }
  } catch (cause) {
    throw new TintypeError('FILE_REQUIRED', 'Expected the path of a file that can be read', {
      facts: { path },
      cause,
    })
  }
}

interface OpenedFile extends OpenInput {
  readonly body: Blob
}

const isUrl = (path: string) => /^file:/i.test(path)

async function openInNode(path: string): Promise<OpenedFile> {
  // not an import, which bundlers for browsers would fail to resolve
  const { getBuiltinModule } = globalThis.process
  const file = isUrl(path) ? getBuiltinModule('node:url').fileURLToPath(path) : path
  const { openAsBlob, promises } = getBuiltinModule('node:fs')
  // Deno 2.1 cannot open a file as a blob, so it reads all of it
  const body = openAsBlob ? await openAsBlob(file) : new Blob([await promises.readFile(file)])
  return { body, filename: getBuiltinModule('node:path').basename(file) }
}

/** What is used of Bun. Its first versions of 1.2 have no `getBuiltinModule`. */
interface BunFiles {
  file(path: string): Blob & { exists(): Promise<boolean> }
  fileURLToPath(url: string): string
}

async function openInBun(path: string, { file: open, fileURLToPath }: BunFiles): Promise<OpenedFile> {
  const file = isUrl(path) ? fileURLToPath(path) : path
  const body = open(file)
  if (!(await body.exists())) throw new Error('There is no file at the path')
  return { body, filename: file.split(/[/\\]/).at(-1) }
}
