import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pack } from '../support/pack.ts'
import { repository, startTintype } from '../support/start-tintype.ts'

const run = promisify(execFile)
const bin = (name: string) => join(repository, 'node_modules/.bin', name)

const program = `
import { createTintypeClient, isTintypeError, type Photo, type TintypeErrorCode } from '@tintype/client'

const tintype = createTintypeClient({ url: process.argv[2] ?? '' })
const photo: Photo = await tintype.upload('photo.jpg', { title: 'packed' })
const page = await tintype.photos.list.query({ limit: 1 })
const code: TintypeErrorCode = await tintype.upload(new Uint8Array(), {}).then(
  () => 'INTERNAL' as const,
  (error: unknown) => (isTintypeError(error) ? error.code : 'INTERNAL'),
)
// @ts-expect-error a limit is a number
const wrong = () => tintype.photos.list.query({ limit: '1' })
console.log(JSON.stringify({ title: page.photos[0]?.title, width: photo.width, code, wrong: typeof wrong }))
`

describe('@tintype/client, packed and installed in an empty project', () => {
  let directory: string
  let tarball: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tintype-package-'))
    tarball = await pack(join(repository, 'packages/client'), directory)
    const project = join(directory, 'project')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: project })
    await writeFile(join(project, 'photo.jpg'), await makeImage({ width: 320, height: 200, format: 'jpeg' }))
    await writeFile(join(project, 'program.ts'), program)
  }, 120_000)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  test.each(['nodenext', 'bundler'])('compiles under strict rules and %s resolution', async (resolution) => {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
      module: resolution === 'nodenext' ? 'nodenext' : 'preserve',
      moduleResolution: resolution,
      types: ['node'],
      typeRoots: [join(repository, 'node_modules/@types')],
      skipLibCheck: true, // tRPC's declarations name optional packages that are not installed
    }
    const project = join(directory, 'project')
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['program.ts'] }),
    )
    await run(bin('tsc'), ['-p', project]).catch((error: { stdout: string }) => expect.fail(error.stdout))
  })

  test('uploads, lists, and names its errors', async () => {
    await using tintype = await startTintype()
    const cwd = join(directory, 'project')
    const { stdout } = await run(process.execPath, ['program.ts', tintype.url], { cwd })
    expect(JSON.parse(stdout)).toEqual({ title: 'packed', width: 320, code: 'EMPTY_FILE', wrong: 'function' })
  })

  test('depends on @trpc/client alone, and ships no source and no zod', async () => {
    const installed = join(directory, 'project/node_modules/@tintype/client')
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['@trpc/client'])
    const declarations = await readFile(join(installed, 'dist/index.d.ts'), 'utf8')
    const imports = [...declarations.matchAll(/from ['"]([^'"]+)['"]/g)].map(([, name]) => name)
    for (const name of imports) expect(name).toMatch(/^@trpc\/(client|server)/)
  })

  test('carries its license', async () => {
    const packed = await readFile(join(directory, 'project/node_modules/@tintype/client/LICENSE'), 'utf8')
    expect(packed).toBe(await readFile(join(repository, 'LICENSE'), 'utf8'))
  })

  test('publint and attw find nothing', async () => {
    await run(bin('publint'), ['--strict', tarball]).catch((error) => expect.fail(error.stdout))
    const rules = ['--profile', 'esm-only', '--no-emoji', tarball]
    await run(bin('attw'), rules).catch((error) => expect.fail(error.stdout))
  })
})
