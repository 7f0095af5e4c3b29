import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consumers } from '../support/consumers.ts'
import { openReactProject, type ReactProject } from '../support/react-project.ts'
import { repository } from '../support/start-tintype.ts'

const run = promisify(execFile)
const bin = (name: string) => join(repository, 'node_modules/.bin', name)

/** What a project needs to compile its own code, and no more. tRPC's declarations need `esnext.disposable`. */
const compilerOptions = {
  noEmit: true,
  target: 'es2022',
  lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
  types: [],
  jsx: 'react-jsx',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
}
const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'preserve', moduleResolution: 'bundler' },
]

const compilers = ['5.4', '5.9', '7.0']
/** In node16 a project that is not strict differs in nothing from one in nodenext. */
const consumerProjects = [
  { resolution: 'bundler', strict: true },
  { resolution: 'bundler', strict: false },
  { resolution: 'nodenext', strict: true },
  { resolution: 'nodenext', strict: false },
  { resolution: 'node16', strict: true },
].map(({ resolution, strict }) => ({
  name: `${resolution}-${strict ? 'strict' : 'loose'}`,
  files: resolution === 'bundler' ? ['consumer.tsx'] : Object.keys(consumers),
  compilerOptions: {
    ...compilerOptions,
    // without the library that tRPC's declarations need
    lib: compilerOptions.lib.filter((name) => name !== 'esnext.disposable'),
    module: resolution === 'bundler' ? 'preserve' : resolution,
    moduleResolution: resolution,
    strict,
    exactOptionalPropertyTypes: strict,
    noUncheckedIndexedAccess: strict,
    skipLibCheck: false,
  },
}))

describe('@tintype/react, packed and installed in a project', () => {
  let project: ReactProject

  beforeAll(async () => {
    project = await openReactProject({
      react: '19.3.1',
      'react-dom': '19.3.1',
      '@types/react': '19.3.3',
      '@types/react-dom': '19.3.0',
      ...Object.fromEntries(
        compilers.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
      ),
    })
  }, 120_000)
  afterAll(() => project[Symbol.asyncDispose]())

  async function compile(file: string, options: object): Promise<void> {
    const config = { compilerOptions: { ...compilerOptions, ...options }, files: [file] }
    await writeFile(join(project.directory, 'tsconfig.json'), JSON.stringify(config))
    await run(bin('tsc'), ['-p', project.directory]).catch((error: { stdout: string }) =>
      expect.fail(error.stdout),
    )
  }

  test.each(resolutions)('the guide compiles without skipLibCheck: module $module', async (resolution) => {
    await project.writeExamples('https://photos.example.com', 'recipes/react.md')
    await compile('main.tsx', { ...resolution, skipLibCheck: false })
  })

  test.each(compilers)(
    'both packages compile with TypeScript %s, strict or not, in each module resolution',
    async (version) => {
      const { directory } = project
      for (const [file, code] of Object.entries(consumers)) await writeFile(join(directory, file), code)
      const tsc = join(directory, `node_modules/typescript-${version}/bin/tsc`)
      const waitingProjects = [...consumerProjects]
      const compileInTurn = async () => {
        for (let one = waitingProjects.pop(); one; one = waitingProjects.pop()) {
          const { name, ...config } = one
          const file = join(directory, `tsconfig.${name}.json`)
          await writeFile(file, JSON.stringify(config))
          await run(process.execPath, [tsc, '-p', file]).catch((error: { stdout: string }) =>
            expect.fail(`${name}\n${error.stdout}`),
          )
        }
      }
      await Promise.all([compileInTurn(), compileInTurn()])
    },
  )

  test('server components get <Photo> without hooks', async () => {
    const read = (file: string) =>
      readFile(join(project.directory, 'node_modules/@tintype/react/dist', file), 'utf8')
    for (const file of ['index.js', 'index.cjs']) expect(await read(file)).toMatch(/^"use client"/)
    for (const file of ['photo.js', 'photo/photo.js', 'photo/placeholder-url.js', 'next.js', 'photo.cjs'])
      expect(await read(file)).not.toMatch(/use client|\buse[A-Z]\w+\(/)
  })

  test('is loaded by CommonJS too, as Jest does it, with its hooks and <Photo> apart', async () => {
    const load = `
      const hooks = Object.keys(require('@tintype/react')).sort().join(' ')
      const { Photo } = require('@tintype/react/photo')
      console.log(hooks, typeof Photo, typeof require('@tintype/react/next').createNextLoader)`
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '-e', load], {
      cwd: project.directory,
      env: { ...process.env, NODE_OPTIONS: '--no-experimental-require-module' },
    })
    expect(stdout).toBe('TintypeProvider useDropzone usePhoto usePhotos useUploads function function\n')
  })

  test('depends on one small library; React and the SDK are those of the project', async () => {
    const installed = join(project.directory, 'node_modules/@tintype/react')
    const { dependencies, peerDependencies } = JSON.parse(
      await readFile(join(installed, 'package.json'), 'utf8'),
    )
    expect(Object.keys(dependencies)).toEqual(['thumbhash'])
    expect(Object.keys(peerDependencies)).toEqual(['@tintype/client', 'react'])
    expect(await readdir(installed)).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
  })

  test('publint and attw find nothing', async () => {
    const { tarball } = project
    await run(bin('publint'), ['--strict', tarball]).catch((error) => expect.fail(error.stdout))
    const rules = ['--profile', 'node16', '--no-emoji', tarball]
    await run(bin('attw'), rules).catch((error) => expect.fail(error.stdout))
  })
})
