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
      Object.assign(new Blob(fs.existsSync(path) ? [fs.readFileSync(path)] : []), {
        exists: async () => fs.existsSync(path),
      }),
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

  test('a path without a file is FILE_REQUIRED with that path', async () => {
    become()
    const path = '/secret/cat.jpg'
    const error = await failureOf(createUploader({ url: 'http://nowhere.invalid' }).upload(path))
    expect(error).toMatchObject({ code: 'FILE_REQUIRED', facts: { path } })
  })
})
