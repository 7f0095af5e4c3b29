import fs from 'node:fs'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import { accept, openScriptedServer } from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Deno 2.1 has no `openAsBlob`. */
function beDeno(): void {
  const { getBuiltinModule } = process
  vi.spyOn(process, 'getBuiltinModule').mockImplementation((name: string) =>
    name === 'node:fs' ? { ...fs, openAsBlob: undefined } : getBuiltinModule(name),
  )
}

/** Bun 1.2 has no `getBuiltinModule`, and functions of its own for files. */
function beBun(): void {
  vi.stubGlobal('process', { ...process, getBuiltinModule: undefined })
  vi.stubGlobal('Bun', {
    fileURLToPath,
    file: (path: string) =>
      Object.assign(
        new Blob(fs.statSync(path, { throwIfNoEntry: false })?.isFile() ? [fs.readFileSync(path)] : []),
        {
          exists: async () => fs.statSync(path, { throwIfNoEntry: false })?.isFile() === true,
        },
      ),
  })
}

describe.each([
  ['Node', () => {}],
  ['Deno', beDeno],
  ['Bun', beBun],
])('in %s', (_, become) => {
  test('a path and a file: URL name a file, which is sent under its base name', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-input-'))
    const path = join(directory.path, 'cat.jpg')
    await writeFile(path, 'the bytes')
    become()
    await using server = await openScriptedServer(accept)
    for (const input of [path, pathToFileURL(path)]) await createUploader(server).upload(input)
    expect(server.seen.map(({ body }) => body)).toEqual(['the bytes', 'the bytes'])
    for (const { headers } of server.seen) expect(headers['content-disposition']).toContain("''cat.jpg")
  })

  test.each([
    ['nothing', '/secret/cat.jpg'],
    ['a directory', tmpdir()],
    ['a directory, by its URL', pathToFileURL(tmpdir()).href],
    ['no file system', 'http://example.com/cat.jpg'],
  ])('a path of %s is FILE_REQUIRED with that path, and nothing is sent', async (_, path) => {
    become()
    await using server = await openScriptedServer(accept)
    const error = await failureOf(createUploader(server).upload(path))
    expect(error).toMatchObject({ code: 'FILE_REQUIRED', facts: { path }, retryable: false })
    expect(server.seen).toEqual([])
  })
})

test('a file that changes while it is sent is FILE_REQUIRED with its path', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-input-'))
  const path = join(directory.path, 'cat.jpg')
  await writeFile(path, 'the bytes')
  await using server = await openScriptedServer(accept)
  const headers = async () => {
    await writeFile(path, 'other bytes, and more of them')
    return {}
  }
  const error = await failureOf(createUploader({ ...server, headers }).upload(path))
  expect(error).toMatchObject({ code: 'FILE_REQUIRED', facts: { path }, retryable: false })
})
