import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { mutate } from '../support/call.ts'
import { listenForComplaints } from '../support/listen-for-complaints.ts'
import { openBrowser } from '../support/open-browser.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { waiting } from '../support/uploads.ts'

const adminKey = 'the key of the gallery tests, 32 or more'.replaceAll(' ', '-')
const closed = {
  TINTYPE_ACCESS: 'closed',
  TINTYPE_ADMIN_KEY: adminKey,
  TINTYPE_DEFAULT_VISIBILITY: 'private',
}

/** Chromium writes this for each answer of 401, and no page can prevent it. */
const unauthenticated = /^Failed to load resource: .* 401 /

describe('the gallery of a closed server, in a real browser', () => {
  let browser: Browser
  let tintype: Tintype
  let picture: string
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startTintype({ env: closed })
    picture = join(await mkdtemp(join(tmpdir(), 'tintype-gallery-')), 'private.jpg')
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
    await rm(join(picture, '..'), { recursive: true })
  })
  beforeEach(async () => {
    page = await browser.newPage()
    page.setDefaultTimeout(waiting.timeout)
    complaints = listenForComplaints(page)
    await page.goto(tintype.url)
  })

  const field = () => page.getByLabel('Key', { exact: true })
  const useKey = async (key: string) => {
    await field().fill(key)
    await page.getByRole('button', { name: 'Use key' }).click()
  }
  const photos = () => page.getByRole('gridcell')

  /** Copies one choice of the open photo's menu. Returns the URLs in the text. */
  async function copyLinks(name: string): Promise<readonly string[]> {
    await page.evaluate(() => navigator.clipboard.writeText(''))
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
    if (name.endsWith('…')) await page.getByRole('button', { name: 'Copy link' }).click()
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await expect.poll(copied, waiting).not.toBe('')
    const urls = (await copied()).replaceAll('&amp;', '&').match(/https?:[^\s"')]+/g)
    return urls ?? []
  }

  const originalOf = (address: string) => address.replace(/\/[^/]*\?.*/, '.jpg')
  /** Every address that an element or its children have: images, candidates of a `srcset`, what is shown, and links. */
  async function addressesIn(selector: string): Promise<readonly string[]> {
    const elements = page.locator(`${selector} img, ${selector} source, ${selector}[href]`)
    const addresses = await elements.evaluateAll((all) => {
      const candidates = all.flatMap((one) => (one.getAttribute('srcset') ?? '').split(/ \d+w(?:, |$)/))
      const others = all.flatMap((one) => [
        one.getAttribute('src'),
        one.getAttribute('href'),
        one instanceof HTMLImageElement ? one.currentSrc : '',
      ])
      return [...candidates, ...others].flatMap((one) => (one ? [new URL(one, document.baseURI).href] : []))
    })
    return [...new Set(addresses)]
  }
  /** The address is one of a rendition, and its query does not open the original. */
  async function expectRenditionOnly(address: string): Promise<void> {
    expect([address, (await fetch(address)).status]).toEqual([address, 200])
    const changed = originalOf(address) + new URL(address).search
    expect([changed, (await fetch(changed)).status]).toEqual([changed, 403])
  }

  let chosen = 0
  /** Another picture each time, because the page does not send what the library has. */
  async function choosePicture(): Promise<void> {
    await writeFile(picture, await makeImage({ width: 700 + chosen++, height: 500, format: 'jpeg' }))
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Upload photos' }).click()
    await (await chooser).setFiles(picture)
  }

  test('asks for a key until one is right, then uploads, shows (B248), copies and deletes a private photo', async () => {
    await field().waitFor()
    expect(await field().evaluate((one) => one === document.activeElement)).toBe(true)
    expect(await axeViolations(page)).toEqual([])
    await useKey('ключ')
    await expect.poll(() => page.getByRole('alert').textContent(), waiting).toMatch(/^This is not a key/)
    await useKey('a-key-that-no-server-has-ever-accepted')
    await expect
      .poll(() => page.locator('.key-form').getByRole('alert').textContent(), waiting)
      .toMatch(/does not accept this key/)
    expect(await axeViolations(page)).toEqual([])
    // pasted with the newline that ends a file
    await useKey(` ${adminKey} `)
    await page.getByText('There are no photos yet').waitFor()
    const search = page.getByRole('combobox', { name: 'Search photos' })
    await expect.poll(() => search.evaluate((one) => one === document.activeElement), waiting).toBe(true)
    await choosePicture()
    await photos().first().waitFor()
    const image = photos().first().getByRole('img')
    expect(await image.getAttribute('src')).toMatch(/[?&]s=/)
    const isShown = () =>
      image.evaluate((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0)
    await expect.poll(isShown, waiting).toBe(true)
    const ofTile = await addressesIn('.tile')
    expect(ofTile.map((one) => one.replace(/.*\/|\?.*/g, ''))).toEqual(
      expect.arrayContaining(['w480.webp', 'thumb.webp', 'w1920.jpg']),
    )
    for (const address of ofTile) await expectRenditionOnly(address)
    expect(await axeViolations(page)).toEqual([])
    const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
    expect([page.url(), await kept()]).toEqual([`${tintype.url}/`, expect.not.stringContaining(adminKey)])

    await page.reload()
    await useKey(adminKey)
    await photos().first().click()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByText(/^The links of this private photo work until .*\d/).waitFor()
    await page.getByRole('menuitem', { name: 'Link', exact: true }).click()
    await page.locator('.toast', { hasText: 'Copied' }).waitFor()
    const viewed = page.locator('.pswp__img')
    const isViewed = () => viewed.evaluateAll((all) => all.some((one) => one.matches('[srcset]')))
    await expect.poll(isViewed, waiting).toBe(true)
    const ofViewer = await addressesIn('dialog')
    expect(ofViewer.filter((one) => /\/w(480|960|1280)\.webp\?/.test(one))).toHaveLength(3)
    for (const address of ofViewer) await expectRenditionOnly(address)
    const link = await page.evaluate(() => navigator.clipboard.readText())
    expect(link).toMatch(/\/w1920\.jpg\?.*\be=\d+&.*\bs=/)
    expect((await fetch(link)).headers.get('content-type')).toBe('image/jpeg')
    expect((await fetch(link.split('?')[0] ?? '')).status).toBe(404)

    for (const name of ['Link', 'Link to the thumbnail', 'Markdown', 'HTML picture', 'curl']) {
      const links = await copyLinks(name)
      expect([name, links.length]).toEqual([name, name === 'HTML picture' ? 3 : 1])
      for (const one of links) await expectRenditionOnly(one)
    }
    const [whole = ''] = await copyLinks('Link to the original…')
    expect([whole.split('?')[0], (await fetch(whole)).status]).toEqual([originalOf(link), 200])
    await page.getByRole('button', { name: 'Download' }).click()
    const rendition = page.getByRole('menuitem', { name: 'Without metadata' })
    expect(await rendition.getAttribute('href')).toMatch(/\?p=r&/)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Delete / }).click()
    await page.getByText('There are no photos yet').waitFor()
    expect(complaints.filter((one) => !unauthenticated.test(one))).toEqual([])
  })

  test('forgets the key, and shows nothing of the photos then', async () => {
    await useKey(adminKey)
    await choosePicture()
    await photos().first().waitFor()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Forget key' }).click()
    await field().waitFor()
    expect(await photos().count()).toBe(0)
    await page.getByRole('button', { name: 'Settings' }).click()
    expect(await page.getByRole('button', { name: 'Forget key' }).count()).toBe(0)
  })

  test('sends what was chosen before there was a key', async () => {
    await field().waitFor()
    await choosePicture()
    await page.getByRole('progressbar').first().waitFor({ state: 'attached' })
    await page.getByRole('complementary', { name: 'Uploads' }).getByText('Uploads wait for a key').waitFor()
    await useKey(adminKey)
    await photos().first().waitFor()
  })

  test('offers nothing that the key may not do, and says so if the server refuses something all the same', async () => {
    const admin = { authorization: `Bearer ${adminKey}` }
    const makeKey = async (scope: string) => {
      const input = { name: scope, scopes: [scope] }
      return (await mutate<{ key: string }>(tintype.url, 'keys.create', input, admin)).data?.key ?? ''
    }
    const tagged = `${tintype.url}/photos?${new URLSearchParams({ title: 'Low tide', tags: 'sea' })}`
    const body = new Uint8Array(await makeImage({ width: 90, height: 60, format: 'png' }))
    await fetch(tagged, { method: 'POST', body, headers: { ...admin, 'content-type': 'image/png' } })

    const refused: string[] = []
    page.on('response', (answer) => {
      if (answer.status() === 403) refused.push(new URL(answer.url()).pathname.split('/').at(-1) ?? '')
    })

    await useKey(await makeKey('read'))
    const photo = page.getByRole('gridcell').filter({ has: page.getByRole('img', { name: /^Low tide/ }) })
    await photo.waitFor()
    expect(await page.getByRole('button', { name: 'Upload photos' }).count()).toBe(0)
    await photo.hover()
    await page.getByRole('button', { name: 'Select Low tide' }).click()
    const bar = page.getByRole('region', { name: 'Selected photos' })
    expect(await bar.getByRole('button').evaluateAll((all) => all.map((one) => one.textContent))).toEqual([
      '',
      'Download',
    ])
    await page.keyboard.press('Escape')
    await photo.getByRole('link').click()
    const dialog = page.getByRole('dialog', { name: 'Low tide' })
    await dialog.getByRole('button', { name: 'Info' }).click()
    const panel = dialog.getByRole('complementary')
    expect(await panel.locator('dl > div').filter({ hasText: 'Tags' }).textContent()).toBe('Tagssea')
    expect(await panel.getByRole('textbox').count()).toBe(0)
    expect(await dialog.getByRole('button', { name: /^Delete/ }).count()).toBe(0)
    await page.keyboard.press('Delete')
    await page.keyboard.press('c')
    await dialog.getByRole('menuitem', { name: 'Link', exact: true }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await dialog.isVisible()).toBe(true)

    // as if the key had lost a right since
    await page.route(/system\.about/, async (route) => {
      const answer = await (await route.fetch()).json()
      answer[0].result.data.rights.push('photos:update')
      await route.fulfill({ json: answer })
    })
    await page.reload()
    await useKey(await makeKey('read'))
    await dialog.getByRole('button', { name: 'Info' }).click()
    await panel.getByLabel('Title').fill('High tide')
    await panel.getByLabel('Title').press('Enter')
    await panel.getByText('The key that is used may not do this. It needs the right photos:update.').waitFor()

    await page.unrouteAll()
    await page.goto(tintype.url)
    await useKey(await makeKey('upload'))
    await page.getByText('This key may upload photos, and not see them.').waitFor()
    await choosePicture()
    await page.locator('strong', { hasText: '1 photo uploaded' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(complaints.filter((one) => !unauthenticated.test(one) && !/ 403 /.test(one))).toEqual([])
    // only what the key had lost the right to
    expect(refused).toEqual(['photos.update'])
  })

  test('asks again if the server stops accepting the key', async () => {
    const changed = await startTintype({ env: closed })
    const env = { ...closed, TINTYPE_PORT: new URL(changed.url).port }
    await page.goto(changed.url)
    await useKey(adminKey)
    await page.getByText('There are no photos yet').waitFor()
    await changed[Symbol.asyncDispose]()
    const otherKey = adminKey.toUpperCase()
    await using _ = await startTintype({ env: { ...env, TINTYPE_ADMIN_KEY: otherKey } })
    await choosePicture()
    await page.getByText('no longer accepts the key').waitFor()
    await useKey(otherKey)
    await photos().first().waitFor()
  })
})

test('the gallery of an open server shows nothing of keys', async () => {
  await using tintype = await startTintype()
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    const complaints = listenForComplaints(page)
    await page.goto(tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    expect(await page.getByText(/\bkey\b/i).count()).toBe(0)
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
  }
})
