import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { build, createServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenForComplaints } from '../support/listen-for-complaints.ts'
import { makePictures } from '../support/make-pictures.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openReactProject, type ReactProject } from '../support/react-project.ts'
import { readExamples } from '../support/read-examples.ts'
import { serveDirectory } from '../support/serve-directory.ts'
import { startPlainProxy } from '../support/start-plain-proxy.ts'
import { repository, startTintype } from '../support/start-tintype.ts'
import { uploadSome } from '../support/upload-some.ts'
import { waiting } from '../support/uploads.ts'

const run = promisify(execFile)
const sentry = '@sentry/browser'

let project: ReactProject
let browser: Browser
beforeAll(async () => {
  const opening = openBrowser()
  project = await openReactProject({
    react: '19.3.1',
    'react-dom': '19.3.1',
    '@tanstack/react-query': '5.108.4',
    '@trpc/client': '11.22.1',
    '@trpc/server': '11.22.1',
    '@trpc/tanstack-react-query': '11.22.1',
    [sentry]: '11.12.0',
    jest: '30.5.2',
  })
  browser = await opening
}, 300_000)
afterAll(async () => {
  await browser.close()
  await project[Symbol.asyncDispose]()
})

/** Serves a directory of the project as a site of its own, and opens it in a browser, with a server that allows its origin. */
async function openSite(directory: string) {
  const resources = new AsyncDisposableStack()
  const site = resources.use(await serveDirectory(join(project.directory, directory)))
  const tintype = resources.use(await startTintype({ env: { TINTYPE_CORS_ORIGINS: site.url } }))
  const page = await browser.newPage()
  page.setDefaultTimeout(waiting.timeout)
  resources.defer(() => page.close())
  return {
    page,
    tintype,
    complaints: listenForComplaints(page),
    show: () => page.goto(site.url),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** Builds `main.tsx` or `main.ts` by Vite. */
async function bundle(entry: string) {
  const script = `<div id="root"></div><script type="module" src="/${entry}"></script>`
  await writeFile(join(project.directory, 'index.html'), `<!doctype html><title>App</title>${script}`)
  await build({ root: project.directory, configFile: false, logLevel: 'silent' })
}

test('React: the page uploads, lists, shows, changes and deletes photos of another origin', async () => {
  await using app = await openSite('dist')
  const { page, tintype } = app
  await project.writeExamples(tintype.url, 'recipes/react.md')
  await bundle('main.tsx')
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

test.each(['use-photo-pages', 'use-photo-pages-by-trpc'])(
  'TanStack Query: %s lists page by page',
  async (hook) => {
    await using app = await openSite('dist')
    const { page } = app
    await project.writeExamples(app.tintype.url, 'recipes/tanstack-query.md')
    for (const [name, from, to] of [
      ['main.tsx', './use-photo-pages', `./${hook}`],
      [`${hook}.ts`, 'limit: 20', 'limit: 2'],
    ] as const) {
      const file = join(project.directory, name)
      const code = await readFile(file, 'utf8')
      expect(code).toContain(from)
      await writeFile(file, code.replace(from, to))
    }
    await bundle('main.tsx')
    await uploadSome(app.tintype, 3)
    await app.show()
    await page.getByRole('img').nth(1).waitFor()
    expect(await page.getByRole('img').count()).toBe(2)
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('img').nth(2).waitFor()
    expect([await page.getByRole('button').count(), app.complaints]).toEqual([0, []])
    if (hook === 'use-photo-pages') return
    await uploadSome(app.tintype, 1)
    await page.getByRole('img').nth(3).waitFor()
  },
)

test('the guide for beginners: the page uploads with progress, and explains a refusal', async () => {
  await using app = await openSite('dist')
  const { page, tintype } = app
  await project.writeExamples(tintype.url, 'getting-started.md')
  await bundle('main.ts')
  await app.show()
  const message = page.locator('p')
  const text = { name: 'text.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('text') }
  await page.locator('input').setInputFiles(text)
  await expect.poll(() => message.textContent(), waiting).toBe('This is not an image.')
  await page.locator('input').setInputFiles((await makePictures(1))[0] ?? [])
  const image = page.getByRole('img', { name: 'picture 1.png' })
  await image.waitFor()
  const isShown = () => image.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth > 0)
  await expect.poll(isShown, waiting).toBe(true)
  expect(await page.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value)).toBe(1)
  await page.reload()
  await image.waitFor()
  expect(app.complaints).toEqual([])
})

test('bare HTML: a page of another origin imports /sdk.js, uploads, and shows', async () => {
  await mkdir(join(project.directory, 'bare'))
  await using app = await openSite('bare')
  const { page, tintype } = app
  const [example] = await readExamples('recipes/bare-html.md', 'html')
  const html = example?.code.replaceAll('http://127.0.0.1:3000', tintype.url) ?? ''
  await writeFile(join(project.directory, 'bare/index.html'), html)
  await app.show()
  const text = { name: 'text.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('text') }
  await page.locator('input').setInputFiles([...(await makePictures(1)), text])
  await expect.poll(() => page.locator('main img').count(), waiting).toBe(2)
  const seen = () =>
    page
      .locator('main img')
      .evaluateAll((images) =>
        (images as HTMLImageElement[]).map(({ naturalWidth, src, alt }) => (naturalWidth > 0 ? src : alt)),
      )
  await expect
    .poll(seen, waiting)
    .toEqual([
      expect.stringMatching(`^${tintype.url}/media/.*/thumb.webp$`),
      expect.stringContaining('image'),
    ])
  expect(app.complaints).toEqual([])
})

test('Jest: the test passes in CommonJS, without any setting of Jest', async () => {
  const directory = join(project.directory, 'jest')
  await mkdir(directory)
  const [example] = await readExamples('recipes/jest.md')
  await writeFile(join(directory, 'package.json'), '{}')
  await writeFile(join(directory, 'upload.test.ts'), example?.code ?? '')
  const options = ['--ignoreConfig', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck']
  const tsc = join(repository, 'node_modules/.bin/tsc')
  await run(tsc, [...options, 'upload.test.ts'], { cwd: directory }).catch((error) =>
    expect.fail(error.stdout),
  )
  const jest = join(project.directory, 'node_modules/jest/bin/jest.js')
  const { stderr } = await run(
    process.execPath,
    [jest, '--ci', '--watchman=false', '--rootDir', directory, 'upload.test.js'],
    {
      cwd: directory,
    },
  ).catch((error) => expect.fail(error.stderr))
  expect(stderr).toContain('Tests:       1 passed, 1 total')
})

test('Sentry: a report has the code, the facts and the request, and a cancelled upload is not reported', async () => {
  await using tintype = await startTintype()
  const [example] = await readExamples('recipes/sentry.md')
  await writeFile(join(project.directory, 'report.ts'), example?.code ?? '')
  const program = `
    import { createTintypeClient } from '@tintype/client'
    import * as Sentry from '${sentry}'
    import { report } from './report.ts'
    const events = []
    const beforeSend = (event) => void events.push(event) ?? null // nothing is sent
    Sentry.init({ dsn: 'https://key@sentry.example.com/1', defaultIntegrations: false, beforeSend })
    const tintype = createTintypeClient({ url: process.argv[2] })
    await tintype.upload(new Blob(['text']), { check: false }).catch(report)
    await tintype.upload(new Blob(['text']), { signal: AbortSignal.abort() }).catch(report)
    await Sentry.flush()
    console.log(JSON.stringify(events.map(({ tags, fingerprint, contexts }) => ({ tags, fingerprint, contexts }))))`
  await writeFile(join(project.directory, 'program.ts'), program)
  const { stdout } = await run(process.execPath, ['program.ts', tintype.url], { cwd: project.directory })
  expect(JSON.parse(stdout)).toMatchObject([
    {
      tags: { code: 'NOT_AN_IMAGE', retryable: false },
      fingerprint: ['tintype', 'NOT_AN_IMAGE'],
      contexts: { tintype: { status: 400, requestId: expect.any(String) } },
    },
  ])
})

describe('proxies: a client with the path of a proxy works, and media come from the same origin', () => {
  async function expectToWork(url: string) {
    const script = `
      import { createTintypeClient } from '@tintype/client'
      const [url, picture] = process.argv.slice(2)
      const tintype = createTintypeClient({ url })
      const photo = await tintype.upload(picture)
      const [listed] = (await tintype.photos.list.query()).photos
      const { status } = await fetch(tintype.mediaUrl(photo, { preset: 'thumb' }))
      console.log(photo.url.startsWith(url + '/media/'), listed.id === photo.id, status)`
    await writeFile(join(project.directory, 'proxied.ts'), script)
    const [picture] = await makePictures(1)
    const file = join(project.directory, 'picture.png')
    await writeFile(file, picture?.buffer ?? '')
    const { stdout } = await run(process.execPath, ['proxied.ts', url, file], { cwd: project.directory })
    expect(stdout).toBe('true true 200\n')
  }

  test('Vite, while you develop', async () => {
    await using tintype = await startTintype()
    const examples = await readExamples('recipes/proxies.md')
    const code = examples.find(({ name }) => name === 'vite.config.ts')?.code ?? ''
    await symlink(join(repository, 'node_modules/vite'), join(project.directory, 'node_modules/vite'))
    const configFile = join(project.directory, 'vite.config.ts')
    await writeFile(configFile, code.replace('http://127.0.0.1:3000', tintype.url))
    const vite = await createServer({
      root: project.directory,
      configFile,
      logLevel: 'silent',
      server: { port: 0 },
    })
    try {
      await vite.listen()
      await expectToWork(`${vite.resolvedUrls?.local[0]}api/tintype`)
    } finally {
      await vite.close()
    }
  })

  test('nginx', async () => {
    await using tintype = await startTintype()
    const [location] = await readExamples('recipes/proxies.md', 'nginx')
    await using nginx = await startPlainProxy('nginx', tintype.url, location?.code)
    await expectToWork(`${nginx.url}/api/tintype`)
  })
})
