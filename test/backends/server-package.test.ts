import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeImage } from '@tintype/imaging/testing'
import { createTRPCUntypedClient, httpBatchStreamLink } from '@trpc/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pack } from '../support/pack.ts'
import { repository, startTintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'

const run = promisify(execFile)
const bin = (name: string) => join(repository, 'node_modules/.bin', name)

/** An application that embeds the package. */
const program = `
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTintype, isTintypeError, type Photo, type TintypeErrorCode, type TintypeOptions } from 'tintype'

const options: TintypeOptions = { dataDirectory: process.argv[2], basePath: '/files', maxUploadSize: '5mb' }
await using tintype = await createTintype(options)
const server = createServer((req, res) => tintype.listener(req, res, () => res.end('own')))
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
const page = await fetch(\`http://127.0.0.1:\${port}/files/\`)
const own = await (await fetch(\`http://127.0.0.1:\${port}/\`)).text()
const photos: readonly Photo[] = (await tintype.as({ owner: null }).photos.list({ limit: 1 })).photos
const code: TintypeErrorCode = await tintype.as({ owner: null }).photos.get({ id: 'x' }).then(
  () => 'INTERNAL' as const,
  (error: unknown) => (isTintypeError(error) ? error.code : 'INTERNAL'),
)
// @ts-expect-error a limit is a number
const wrong = () => tintype.as({ owner: null }).photos.list({ limit: '1' })
// @ts-expect-error no such option
const unknown = () => createTintype({ dataDir: 'x' })
server.closeAllConnections()
server.close()
console.log(JSON.stringify({ page: page.status, own, photos: photos.length, code }))
`

/** What a strict project compiles with. */
const compilerOptions = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: 'es2022',
  lib: ['es2022', 'esnext.disposable'],
  types: ['node'],
  typeRoots: [join(repository, 'node_modules/@types')],
  skipLibCheck: false,
}

describe('tintype, packed and unpacked elsewhere, with nothing beside it but sharp', () => {
  let directory: string
  let tarball: string
  let main: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tintype-package-'))
    tarball = await pack(join(repository, 'apps/server'), directory)
    const modules = join(directory, 'node_modules')
    await mkdir(join(modules, 'tintype'), { recursive: true })
    await run('tar', ['-xzf', tarball, '-C', join(modules, 'tintype'), '--strip-components=1'])
    await symlink(join(repository, 'node_modules/sharp'), join(modules, 'sharp'))
    main = join(modules, 'tintype/dist/main.js')
    await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await writeFile(join(directory, 'program.ts'), program)
  }, 120_000)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test('accepts a photo, decodes it, serves it and the page, and stops', async () => {
    await using tintype = await startTintype({ main })
    const bytes = await makeImage({ width: 640, height: 400, format: 'jpeg' })
    const photo = await uploadPhoto(tintype.url, bytes)
    const read = async (path: string) => {
      const answer = await fetch(new URL(path, tintype.url))
      return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
    }
    expect((await read(photo.url)).body.equals(bytes)).toBe(true)
    const thumbnail = await read(photo.thumbnail.url)
    expect([thumbnail.status, thumbnail.body.toString('latin1', 8, 12)]).toEqual([200, 'WEBP'])
    const page = await read('/')
    const [, script = ''] = /<script [^>]*src="([^"]+)"/.exec(page.body.toString()) ?? []
    expect([page.status, (await read(script)).status]).toEqual([200, 200])
    expect((await read('/metrics')).body.toString()).toContain('tintype_photos 1')
    expect((await read('/readyz')).status).toBe(200)
    const client = createTRPCUntypedClient({ links: [httpBatchStreamLink({ url: `${tintype.url}/trpc` })] })
    expect(await client.query('photos.get', { id: photo.id })).toEqual(photo)
    expect(await tintype.stop()).toBe(0)
  })

  test('depends on sharp alone, and carries its README and the licenses of what it contains', async () => {
    const installed = join(directory, 'node_modules/tintype')
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['sharp'])
    expect(await readFile(join(installed, 'README.md'), 'utf8')).toMatch(/^# tintype\n/)
    const licenses = await readFile(join(installed, 'dist/licenses.txt'), 'utf8')
    for (const library of ['koa', '@trpc/server', 'busboy', 'pino', 'zod', 'prom-client'])
      expect(licenses).toMatch(new RegExp(`^# ${library} \\d`, 'm'))
  })

  test.each([
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'preserve', moduleResolution: 'bundler' },
  ])('a strict project compiles with it under $moduleResolution', async (resolution) => {
    const options = { ...compilerOptions, ...resolution }
    const config = { compilerOptions: options, include: ['program.ts'] }
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(config))
    await run(bin('tsc'), ['-p', directory]).catch((error: { stdout: string }) => expect.fail(error.stdout))
  })

  test('an application embeds it', async () => {
    const data = join(directory, 'data')
    const { stdout, stderr } = await run(process.execPath, ['program.ts', data], { cwd: directory })
    expect(JSON.parse(stdout)).toEqual({ page: 200, own: 'own', photos: 0, code: 'INVALID_REQUEST' })
    expect(stderr).toBe('')
  })

  test('publint and attw find nothing', async () => {
    await run(bin('publint'), ['--strict', tarball]).catch((error) => expect.fail(error.stdout))
    const rules = ['--profile', 'esm-only', '--no-emoji', tarball]
    await run(bin('attw'), rules).catch((error) => expect.fail(error.stdout))
  })
})
