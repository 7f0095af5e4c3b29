import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { createTintypeClient, type Photo } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { repository, startTintype } from './support/start-tintype.ts'

type Handler = (request: Request) => Promise<Response>

/** The session of the application in the guide: its cookie is the user's id. */
const session = `export const readUser = async (request: Request) => ({ id: \`\${request.headers.get('cookie')}\` })\n`

test('docs/access.md: a back end mints a token, a page uploads with it, and users see only their photos', async () => {
  const guide = await readFile(join(repository, 'docs/access.md'), 'utf8')
  const examples = [...guide.matchAll(/^```tsx?\n\/\/ (\S+)\n([\s\S]*?)^```/gm)]
  expect(examples.map(([, path]) => path)).toEqual([
    'app/api/upload-token/route.ts',
    'app/upload.tsx',
    'app/api/photos/route.ts',
    'app/api/link/route.ts',
  ])
  // beside this file, so that packages are found as in any project
  const directory = await mkdtemp(join(repository, 'test/.readme-'))
  try {
    const files = [
      ['app/session.ts', session] as const,
      ...examples.map(([, path, code]) => [`${path}`, `${code}`] as const),
    ]
    for (const [path, code] of files) {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), code)
    }
    const config = {
      extends: join(repository, 'test/tsconfig.json'),
      compilerOptions: { jsx: 'react-jsx', lib: ['esnext', 'dom', 'dom.iterable'] },
      include: [],
      files: files.map(([path]) => path),
    }
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(repository, 'node_modules/.bin/tsc')
    await promisify(execFile)(tsc, ['-p', directory]).catch(({ stdout }) => expect.fail(stdout))

    await using tintype = await startTintype({ env: { TINTYPE_ACCESS: 'closed' } })
    const adminKey = (await readFile(join(tintype.dataDirectory, 'admin-key'), 'utf8')).trim()
    process.env.TINTYPE_URL = tintype.url
    process.env.TINTYPE_KEY = adminKey
    const load = async (path: string): Promise<Record<string, Handler>> =>
      await import(pathToFileURL(join(directory, path)).href)
    const { POST: mint } = await load('app/api/upload-token/route.ts')
    const { GET: list } = await load('app/api/photos/route.ts')
    const { POST: sign } = await load('app/api/link/route.ts')
    const as = (user: string, body?: object) =>
      new Request('http://app.example/', {
        headers: { cookie: user },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      })
    const read = async (handler: Handler | undefined, request: Request) =>
      await (await handler?.(request))?.json()

    const page = createTintypeClient({
      url: tintype.url,
      token: async () => (await read(mint, as('alice', {}))).token,
    })
    const bytes = await makeImage({ width: 400, height: 300, format: 'jpeg' })
    const photo = await page.upload(new Blob([new Uint8Array(bytes)]))
    expect(photo).toMatchObject({ owner: 'alice', visibility: 'private' })
    const shown = await fetch(new URL(photo.thumbnail.url, tintype.url))
    expect(shown.status).toBe(200)
    const { pathname } = new URL(photo.thumbnail.url, tintype.url)
    expect((await fetch(new URL(pathname, tintype.url))).status).toBe(404)

    const idsOf = async (user: string) => (await read(list, as(user))).map(({ id }: Photo) => id)
    expect(await idsOf('alice')).toEqual([photo.id])
    expect(await idsOf('bob')).toEqual([])
    const { url } = await read(sign, as('alice', { photoId: photo.id }))
    expect((await sign?.(as('bob', { photoId: photo.id })))?.status).toBe(404)
    const link = await fetch(new URL(url, tintype.url))
    expect([link.status, link.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining('attachment'),
    ])
  } finally {
    delete process.env.TINTYPE_URL
    delete process.env.TINTYPE_KEY
    await rm(directory, { recursive: true })
  }
})
