import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consumers } from '../support/consumers.ts'
import { listenForComplaints } from '../support/listen-for-complaints.ts'
import { makePictures } from '../support/make-pictures.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openReactProject, type ReactProject } from '../support/react-project.ts'
import { serveDirectory } from '../support/serve-directory.ts'
import { repository, startTintype } from '../support/start-tintype.ts'
import { uploadSome } from '../support/upload-some.ts'
import { waiting } from '../support/uploads.ts'

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
  let browser: Browser

  beforeAll(async () => {
    browser = await openBrowser()
    project = await openReactProject({
      react: '19.3.1',
      'react-dom': '19.3.1',
      '@types/react': '19.3.3',
      '@types/react-dom': '19.3.0',
      '@tanstack/react-query': '5.108.4',
      '@trpc/client': '11.22.1',
      '@trpc/server': '11.22.1',
      '@trpc/tanstack-react-query': '11.22.1',
      ...Object.fromEntries(
        compilers.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
      ),
    })
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await project[Symbol.asyncDispose]()
  })

  async function compile(file: string, options: object): Promise<void> {
    const config = { compilerOptions: { ...compilerOptions, ...options }, files: [file] }
    await writeFile(join(project.directory, 'tsconfig.json'), JSON.stringify(config))
    await run(bin('tsc'), ['-p', project.directory]).catch((error: { stdout: string }) =>
      expect.fail(error.stdout),
    )
  }

  /** Builds one of the examples by Vite, and opens it: a site of another origin than its server. */
  async function open(example: string) {
    const resources = new AsyncDisposableStack()
    const site = resources.use(await serveDirectory(join(project.directory, 'dist')))
    const tintype = resources.use(await startTintype({ env: { TINTYPE_CORS_ORIGINS: site.url } }))
    await project.writeExamples(tintype.url, example)
    const script = `<div id="root"></div><script type="module" src="/${example}"></script>`
    await writeFile(join(project.directory, 'index.html'), `<!doctype html><title>App</title>${script}`)
    await build({ root: project.directory, configFile: false, logLevel: 'silent' })
    const page = await browser.newPage()
    page.setDefaultTimeout(waiting.timeout)
    resources.defer(() => page.close())
    const complaints = listenForComplaints(page)
    return {
      page,
      tintype,
      complaints,
      show: () => page.goto(site.url),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    }
  }

  test.each(resolutions)('the guide compiles without skipLibCheck: module $module', async (resolution) => {
    await project.writeExamples('https://photos.example.com', 'main.tsx')
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

  test("the guide's page uploads, lists, shows, changes and deletes photos of another origin", async () => {
    await using app = await open('main.tsx')
    const { page, tintype } = app
    await app.show()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose photos' }).click()
    await (await chooser).setFiles(await makePictures(2))
    const image = page.getByRole('img', { name: 'picture 1.png' })
    await image.waitFor()
    const shown = () => image.evaluate((one: HTMLImageElement) => one.naturalWidth > 0 && one.currentSrc)
    await expect.poll(shown, waiting).toMatch(/\/media\/[\w-]+\/w160\.avif$/)
    expect(await shown()).toContain(`${tintype.url}/media/`)
    await page.getByRole('button', { name: 'Name it' }).first().click()
    await page.getByRole('img', { name: 'A cat' }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).first().click()
    await expect.poll(() => page.getByRole('img').count(), waiting).toBe(1)
    const countPhotos = async () => {
      const { result } = await (await fetch(`${tintype.url}/trpc/photos.list`)).json()
      return result.data.photos.length
    }
    expect(await countPhotos()).toBe(2)
    // the deletion could still be undone, but not once the page is left
    await page.goto('about:blank')
    await expect.poll(countPhotos, waiting).toBe(1)
    expect(app.complaints).toEqual([])
  })

  test('the recipe for TanStack Query compiles, and lists page by page', async () => {
    await using app = await open('query.tsx')
    // the declarations of TanStack Query and tRPC do not compile with every library
    await compile('query.tsx', { ...resolutions[1], skipLibCheck: true })
    await uploadSome(app.tintype, 3)
    await app.show()
    await app.page.getByRole('img').nth(1).waitFor()
    expect(await app.page.getByRole('img').count()).toBe(2)
    await app.page.getByRole('button', { name: 'More' }).click()
    await app.page.getByRole('img').nth(2).waitFor()
    expect([await app.page.getByRole('button').count(), app.complaints]).toEqual([0, []])
  })

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
