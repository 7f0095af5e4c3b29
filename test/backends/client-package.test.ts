import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
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

const trpcProgram = `
import { createTintypeClient, type Photo } from '@tintype/client'
import { type AppRouter, tintypeLink } from '@tintype/client/router'
import { createTRPCClient } from '@trpc/client'

const tintype = createTintypeClient({ url: process.argv[2] ?? '' })
const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(tintype)] })
const [photo]: readonly Photo[] = (await trpc.photos.list.query({ limit: 1 })).photos
console.log(photo?.title)
`

const serverProgram = `
import { createTintypeServer, signFor, type UploadToken } from '@tintype/client/server'

const signingKey = 'a:' + 'A'.repeat(43)
const tintype = createTintypeServer({ url: process.argv[2] ?? '', key: 'key', signingKey })
const [photo] = (await tintype.photos.list.query({ limit: 1 })).photos
const mint = (): Promise<UploadToken> => tintype.tokens.createUpload.mutate({ uses: 1 })
const edge = signFor.nginx('/media/x.jpg', { secret: 'secret' })
console.log(JSON.stringify({ signed: photo && tintype.signedUrl(photo, { width: 160 }), edge, mint: typeof mint }))
`

const commonProgram = `
import { createTintypeClient, isTintypeError } from '@tintype/client'
import { createUploadQueue } from '@tintype/client/queue'
import { signFor } from '@tintype/client/server'
import { tintypeLink } from '@tintype/client/router'

async function main(url: string) {
  const tintype = createTintypeClient({ url })
  const queue = createUploadQueue(tintype)
  queue.add([new Blob([require('node:fs').readFileSync('photo.jpg')])])
  const { totals } = await queue.settled()
  // loads the file that few programs need
  const photo = await tintype.upload('photo.jpg')
  const error = await tintype.photos.get.query({ id: 'none' }).catch((one: unknown) => one)
  const kinds = [signFor.nginx, tintypeLink].map((one) => typeof one)
  console.log(JSON.stringify({ stored: totals.stored, width: photo.width, isTyped: isTintypeError(error), kinds }))
}
void main(process.argv[2] ?? '')
`

/** What a project needs to compile its own code, and no more. */
const compilerOptions = {
  noEmit: true,
  target: 'es2022',
  lib: ['es2022', 'dom'],
  types: ['node'],
  typeRoots: [join(repository, 'node_modules/@types')],
  skipLibCheck: false,
}
const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'node16', moduleResolution: 'node16' },
  { module: 'preserve', moduleResolution: 'bundler' },
]
const strictOptions = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }

const importsOf = (declarations: string) =>
  [...declarations.matchAll(/(?:from|import\(|^import) ?['"]([^'"]+)['"]/gm)].map(([, name]) => name)

describe('@tintype/client, packed and installed in a project', () => {
  let directory: string
  let tarball: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tintype-package-'))
    tarball = await pack(join(repository, 'packages/client'), directory)
    const project = await install('project', { '@trpc/server': '^11.22.1' })
    await writeFile(join(project, 'photo.jpg'), await makeImage({ width: 320, height: 200, format: 'jpeg' }))
    await writeFile(join(project, 'program.ts'), program)
    await writeFile(join(project, 'trpc.ts'), trpcProgram)
    await writeFile(join(project, 'server.ts'), serverProgram)
    await writeFile(join(project, 'common.cts'), commonProgram)
  }, 120_000)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  /** Makes a project that has these dependencies already, and installs the SDK into it. */
  async function install(name: string, dependencies: Record<string, string>): Promise<string> {
    const project = join(directory, name)
    await mkdir(project)
    await writeFile(
      join(project, 'package.json'),
      JSON.stringify({ private: true, type: 'module', dependencies }),
    )
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], { cwd: project })
    return project
  }

  async function compile(file: string, options: object): Promise<void> {
    const project = join(directory, 'project')
    const config = { compilerOptions: { ...compilerOptions, ...options }, files: [file] }
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
    await run(bin('tsc'), ['-p', project]).catch((error: { stdout: string }) => expect.fail(error.stdout))
  }

  const readInstalled = (file: string) =>
    readFile(join(directory, 'project/node_modules/@tintype/client', file), 'utf8')

  test.each(resolutions)('compiles without skipLibCheck: module $module', async (resolution) => {
    await compile('program.ts', { ...resolution, ...strictOptions })
    await compile('server.ts', { ...resolution, ...strictOptions })
  })
  test.each(['nodenext', 'node16'])('compiles in CommonJS: module %s', (module) =>
    compile('common.cts', { module, ...strictOptions, lib: ['es2022', 'dom', 'esnext.disposable'] }),
  )
  test('compiles if the project is not strict', () =>
    compile('program.ts', { module: 'nodenext', strict: false }))
  test("compiles with tRPC's own client, which needs one more library", () =>
    compile('trpc.ts', { module: 'nodenext', ...strictOptions, lib: ['es2022', 'dom', 'esnext.disposable'] }))

  test('adds no second copy of tRPC to a project that has the newest', async () => {
    const { stdout } = await run('npm', ['ls', '@trpc/server', '--all', '--parseable'], {
      cwd: join(directory, 'project'),
    })
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  test.each(['10.45.2', '11.22.1', '11.25.2'])('leaves a project its own tRPC: %s', async (version) => {
    const cwd = await install(`project-${version}`, { '@trpc/server': version })
    const { stdout } = await run('npm', ['ls', '--depth', '0', '--json'], { cwd })
    expect(JSON.parse(stdout).dependencies['@trpc/server'].version).toBe(version)
    await run('npm', ['ls', '--all'], { cwd }) // fails if a version is outside its range
  })

  test('uploads, lists, and returns typed errors', async () => {
    await using tintype = await startTintype()
    const cwd = join(directory, 'project')
    const { stdout } = await run(process.execPath, ['program.ts', tintype.url], { cwd })
    expect(JSON.parse(stdout)).toEqual({ title: 'packed', width: 320, code: 'EMPTY_FILE', wrong: 'function' })
    const { stdout: title } = await run(process.execPath, ['trpc.ts', tintype.url], { cwd })
    expect(title).toBe('packed\n')
    const { stdout: server } = await run(process.execPath, ['server.ts', tintype.url], { cwd })
    expect(JSON.parse(server)).toEqual({
      signed: expect.stringMatching(/\/w160\.webp\?e=\d{10}&k=a&s=[\w-]{43}$/),
      edge: expect.stringContaining('/media/x.jpg?md5='),
      mint: 'function',
    })
  })

  test('runs in CommonJS', async () => {
    await using tintype = await startTintype()
    const cwd = join(directory, 'project')
    const emitted = { module: 'nodenext', lib: ['es2022', 'dom', 'esnext.disposable'], noEmit: false }
    await compile('common.cts', { ...emitted, outDir: 'common' })
    const { stdout } = await run(process.execPath, ['common/common.cjs', tintype.url], { cwd })
    expect(JSON.parse(stdout)).toEqual({
      stored: 1,
      width: 320,
      isTyped: true,
      kinds: ['function', 'function'],
    })
  })

  test('is installed from a server, with the package for React', async () => {
    await using tintype = await startTintype()
    const project = join(directory, 'from-server')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}')
    const urls = ['sdk.tgz', 'react.tgz'].map((name) => `${tintype.url}/${name}`)
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...urls, 'react@19.3.1'], {
      cwd: project,
    })
    const script = `
      import { createTintypeClient } from '@tintype/client'
      import * as react from '@tintype/react'
      const { formats } = await createTintypeClient({ url: '${tintype.url}' }).system.limits.query()
      console.log(formats.length > 0, Object.keys(react).length > 0)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project })
    expect(stdout).toBe('true true\n')
  })

  test('depends on tRPC alone, of any newer version of the same major', async () => {
    const { dependencies, peerDependencies } = JSON.parse(await readInstalled('package.json'))
    expect(Object.keys(dependencies)).toEqual(['@trpc/client', '@trpc/server'])
    for (const range of Object.values(dependencies)) expect(range).toMatch(/^\^11\./)
    expect(peerDependencies).toBeUndefined()
  })

  test.each(['index', 'queue', 'server'])(
    'declares its entry %s in plain types, without tRPC, zod or sources',
    async (entry) => {
      const files = [`./${entry}.js`]
      for (const file of files) {
        const declarations = await readInstalled(join('dist', file.replace(/\.js$/, '.d.ts')))
        for (const one of importsOf(declarations)) {
          expect(one).toMatch(/^\.\/[\w-]+\.js$/)
          if (one && !files.includes(one)) files.push(one)
        }
      }
    },
  )

  test('consists of its build', async () => {
    expect(await readdir(join(directory, 'project/node_modules/@tintype/client'))).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
    ])
  })

  test('carries its license', async () => {
    expect(await readInstalled('LICENSE')).toBe(await readFile(join(repository, 'LICENSE'), 'utf8'))
  })

  test('publint and attw find nothing', async () => {
    await run(bin('publint'), ['--strict', tarball]).catch((error) => expect.fail(error.stdout))
    const rules = ['--profile', 'node16', '--no-emoji', tarball]
    await run(bin('attw'), rules).catch((error) => expect.fail(error.stdout))
  })
})
