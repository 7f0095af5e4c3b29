import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { listenForComplaints } from '../support/listen-for-complaints.ts'
import { openBrowser } from '../support/open-browser.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { waiting } from '../support/uploads.ts'

describe.each(['/', '/a/b'])('the gallery, in a real browser, at %s', (basePath) => {
  let browser: Browser
  let tintype: Tintype
  let directory: string
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startTintype({ env: { TINTYPE_BASE_PATH: basePath, TINTYPE_MAX_UPLOAD_SIZE: '4mb' } })
    directory = await mkdtemp(join(tmpdir(), 'tintype-gallery-'))
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })
  beforeEach(async () => {
    page = await browser.newPage()
    page.setDefaultTimeout(waiting.timeout)
    complaints = listenForComplaints(page)
    await page.goto(tintype.url)
  })

  async function file(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(directory, name)
    await writeFile(path, bytes)
    return path
  }

  async function choose(paths: string[]) {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Upload photos' }).click()
    await (await chooser).setFiles(paths)
  }

  /** The photos on the page. */
  const photos = () => page.getByRole('gridcell')

  test('uploads photos with progress, shows them, and deletes one; no rule of the page is broken', async () => {
    const names = ['one.jpg', 'two.png', 'B051 \u202egpj.three.webp']
    const formats = ['jpeg', 'png', 'webp'] as const
    const paths = await Promise.all(
      formats.map(async (format, at) =>
        file(names[at] ?? '', await makeImage({ width: 700 + at, height: 500, format })),
      ),
    )
    const progress = page.getByRole('progressbar').first().waitFor({ state: 'attached' })
    // Uploads wait until the progress bar was seen: small ones would end before the test can see it.
    await page.route(/\/photos$/, (route) => progress.finally(() => route.continue()).catch(() => {}))
    await choose(paths)
    await progress
    await photos().nth(2).waitFor()
    expect(await photos().count()).toBe(3)
    const image = photos().first().getByRole('img')
    const shown = () =>
      image.evaluate((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0)
    await expect.poll(shown, waiting).toBe(true)
    expect(await axeViolations(page)).toEqual([])

    await photos().first().click()
    await page.getByRole('button', { name: /^Delete / }).click()
    await expect.poll(() => photos().count(), waiting).toBe(2)
    await page.reload()
    await photos().nth(1).waitFor()
    expect(await photos().count()).toBe(2)
    expect(complaints).toEqual([])
  })

  test.each([
    [1, ['thumb.webp', 'thumb.webp', 'thumb.webp', 'thumb.webp']],
    [2, ['thumb.webp', 'w320.webp', 'w480.webp', 'w480.webp']],
  ])('at density %i a first page asks for one size of each fresh photo', async (deviceScaleFactor, files) => {
    await using fresh = await startTintype({ env: { TINTYPE_BASE_PATH: basePath } })
    const sizes = [
      { width: 1600, height: 1200 },
      { width: 600, height: 900 },
      { width: 450, height: 450 },
      { width: 120, height: 90 },
    ]
    for (const size of sizes) {
      const body = new Uint8Array(await makeImage({ ...size, format: 'jpeg' }))
      const headers = { 'content-type': 'image/jpeg' }
      await fetch(`${fresh.url}/photos`, { method: 'POST', body, headers })
    }
    const dense = await browser.newPage({ deviceScaleFactor })
    dense.setDefaultTimeout(waiting.timeout)
    const asked: string[] = []
    dense.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (pathname.includes('/media/')) asked.push(pathname.split('/').at(-1) ?? '')
    })
    await dense.goto(fresh.url)
    const images = dense.getByRole('gridcell').getByRole('img')
    await images.nth(3).waitFor()
    for (const image of await images.all()) {
      await image.scrollIntoViewIfNeeded()
      const shown = () =>
        image.evaluate((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0)
      await expect.poll(shown, waiting).toBe(true)
    }
    expect(asked.sort()).toEqual(files)
    const box = await images.first().evaluate((one) => one.clientWidth)
    expect(box).toBeLessThanOrEqual(300)
    await dense.close()
  })

  test('explains why a file was refused, and uploads the others', async () => {
    await photos().first().waitFor()
    const before = await photos().count()
    const good = await file('good.gif', await makeImage({ width: 300, height: 200, format: 'gif' }))
    const bad = await file('notes.jpg', new TextEncoder().encode('These are notes.'))
    await choose([bad, good])
    await page.getByRole('button', { name: 'Dismiss notes.jpg' }).waitFor()
    await expect.poll(() => photos().count(), waiting).toBe(before + 1)
    expect([await axeViolations(page), complaints]).toEqual([[], []])
  })

  test('B243 a name, a title and a description that look like code are text', async () => {
    const bytes = await makeImage({ width: 40, height: 30, format: 'png' })
    const code = '<img src=x onerror=alert(1)>'
    const query = new URLSearchParams({ filename: `${code}.png`, title: code, alt: `"${code}` })
    const headers = { 'content-type': 'image/png' }
    await fetch(`${tintype.url}/photos?${query}`, { method: 'POST', body: new Uint8Array(bytes), headers })
    let alerts = 0
    page.on('dialog', (dialog) => {
      alerts++
      return dialog.dismiss()
    })
    await page.reload()
    await photos().first().waitFor()
    expect(await photos().first().textContent()).toContain('onerror')
    expect(alerts).toBe(0)
    expect(complaints).toEqual([])
  })

  async function listed(): Promise<string[]> {
    const { result } = await (await fetch(`${tintype.url}/trpc/photos.list`)).json()
    return result.data.photos.map(({ id }: { id: string }) => id)
  }

  test('B233 a page of another site can neither write nor read', async () => {
    const other = await browser.newPage()
    await other.route('http://evil.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<p>evil' }),
    )
    await other.goto('http://evil.example/')
    const image = Array.from(await makeImage({ width: 40, height: 30, format: 'png' }))
    const before = await listed()
    const couldRead = await other.evaluate(
      async ({ url, image }) => {
        const body = new FormData()
        body.append('file', new Blob([Uint8Array.from(image)], { type: 'image/png' }), 'x.png')
        await fetch(`${url}/photos`, { method: 'POST', body, mode: 'no-cors' }).catch(() => undefined)
        return fetch(`${url}/trpc/photos.list`).then(
          () => true,
          () => false,
        )
      },
      { url: tintype.url, image },
    )
    expect(couldRead).toBe(false)
    expect(await listed()).toEqual(before)
    await other.close()
  })
})
