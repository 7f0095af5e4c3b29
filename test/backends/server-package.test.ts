import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
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

  test('depends on sharp alone, and carries the licenses of what it contains', async () => {
    const installed = join(directory, 'node_modules/tintype')
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['sharp'])
    const licenses = await readFile(join(installed, 'dist/licenses.txt'), 'utf8')
    for (const library of ['koa', '@trpc/server', 'busboy', 'pino', 'zod', 'prom-client'])
      expect(licenses).toMatch(new RegExp(`^# ${library} \\d`, 'm'))
  })

  test('publint finds nothing', async () => {
    const publint = join(repository, 'node_modules/.bin/publint')
    await run(publint, ['--strict', tarball]).catch((error) => expect.fail(error.stdout))
  })
})
