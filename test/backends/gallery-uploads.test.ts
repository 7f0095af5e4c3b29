import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { makePictures } from '../support/make-pictures.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { startTintype } from '../support/start-tintype.ts'
import { waiting } from '../support/uploads.ts'

describe('the upload tray of the gallery, in a real browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  test('says that the browser is offline, and goes on by itself afterwards', async () => {
    await using tintype = await startTintype()
    const { page, choose, layoutShift } = await openGallery(browser, tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    await page.context().setOffline(true)
    await choose(await makePictures(5))
    const tray = page.getByRole('complementary', { name: 'Uploads' })
    await tray.getByText('You are offline.').waitFor()
    // the notice says that already
    expect(await tray.getByText('Uploads continue').count()).toBe(0)
    await tray.getByRole('button', { name: 'Show files' }).click()
    await tray.getByText('Waits, and is sent again by itself').first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await tray.getByRole('button', { name: 'Pause uploads' }).click()
    await expect.poll(() => tray.getByText('Paused', { exact: true }).count(), waiting).toBe(6)
    await page.context().setOffline(false)
    await page.locator('.notice', { hasText: 'Uploads continue' }).waitFor({ state: 'hidden' })
    expect(await axeViolations(page)).toEqual([])
    expect(await page.getByRole('gridcell').count()).toBe(0)
    await tray.getByRole('button', { name: 'Continue uploads' }).click()
    await page.getByRole('gridcell').nth(4).waitFor()
    await tray.getByText('5 photos uploaded').waitFor()
    await tray.waitFor({ state: 'detached' })
    expect(await layoutShift()).toBe(0)
    await page.context().close()
  })

  test('reports how much of a file is sent', async () => {
    await using tintype = await startTintype()
    const { page, choose } = await openGallery(browser, tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    const network = await page.context().newCDPSession(page)
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 50_000 }
    await network.send('Network.emulateNetworkConditions', slow)
    const [picture] = await makePictures(1)
    const buffer = Buffer.concat([picture?.buffer ?? Buffer.alloc(0), Buffer.alloc(1_000_000)])
    await choose([{ name: 'large.png', mimeType: 'image/png', buffer }])
    const tray = page.getByRole('complementary', { name: 'Uploads' })
    await tray.getByRole('button', { name: 'Show files' }).click()
    await tray.getByText(/^[1-9]\d* kB of \d+ kB$/).waitFor()
    await tray.getByText(/ per second, .* left$/).waitFor()
    await page.context().close()
  })

  test('stores every photo once though the server is killed and started again', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-killed-'))
    const dataDirectory = directory.path
    const killed = await startTintype({ dataDirectory })
    const { page, choose, layoutShift } = await openGallery(browser, killed.url)
    await page.getByText('There are no photos yet').waitFor()
    await choose(await makePictures(12))
    await page.getByRole('gridcell').nth(3).waitFor()
    await killed.stop('SIGKILL')
    await using tintype = await startTintype({
      dataDirectory,
      env: { TINTYPE_PORT: new URL(killed.url).port },
    })
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(12)
    const listed = await (await fetch(`${tintype.url}/trpc/photos.list`)).json()
    const names = listed.result.data.photos.map(({ filename }: { filename: string }) => filename)
    expect([names.length, new Set(names).size]).toEqual([12, 12])
    expect(await layoutShift()).toBe(0)
    await page.context().close()
  })

  test('sends failed files again at a click, and forgets one that is cancelled', async () => {
    await using tintype = await startTintype()
    const { page, choose, layoutShift, complaints } = await openGallery(browser, tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    const json = { code: 'STORAGE_FULL', status: 507, title: 'Full', detail: 'Full', requestId: '1' }
    await page.route(/\/photos$/, (route) =>
      route.fulfill({ status: 507, json, contentType: 'application/problem+json' }),
    )
    await choose(await makePictures(3))
    const tray = page.getByRole('complementary', { name: 'Uploads' })
    await tray.getByText('3 photos could not be uploaded').waitFor()
    await expect
      .poll(() => page.getByRole('alert').allTextContents(), waiting)
      .toEqual(['0 photos uploaded, 3 failed'])
    expect(await tray.getByText('The server has no space left.').count()).toBe(3)
    expect(await axeViolations(page)).toEqual([])
    const isDrawn = () =>
      tray
        .locator('canvas')
        .evaluateAll((all) =>
          all.every((one) => (one as HTMLCanvasElement).getContext('2d')?.getImageData(40, 40, 1, 1).data[3]),
        )
    await expect.poll(isDrawn, waiting).toBe(true)
    await page.unroute(/\/photos$/)
    await tray.getByRole('button', { name: 'Dismiss picture 2.png' }).click()
    const isNeighbourFocused = () =>
      tray
        .getByRole('button', { name: 'Dismiss picture 3.png' })
        .evaluate((one) => one === document.activeElement)
    await expect.poll(isNeighbourFocused, waiting).toBe(true)
    const focused = () => page.evaluate(() => document.activeElement?.ariaLabel)
    const released = Promise.withResolvers<void>()
    await page.route(/\/photos$/, (route) => released.promise.then(() => route.continue()))
    // the button that was pressed disappears: that of the next file gets the focus, or else the tray's own
    await tray.getByRole('button', { name: 'Retry picture 1.png' }).press('Enter')
    await tray.getByRole('button', { name: 'Cancel picture 1.png' }).waitFor()
    expect(await focused()).toBe('Retry picture 3.png')
    await tray.getByRole('button', { name: 'Retry all' }).press('Enter')
    await tray.getByRole('button', { name: 'Cancel picture 3.png' }).waitFor()
    expect(await focused()).toBe('Hide files')
    released.resolve()
    await page.getByRole('gridcell').nth(1).waitFor()
    await expect.poll(() => tray.getByText('2 photos uploaded').count(), waiting).toBe(1)
    expect([await layoutShift(), complaints.filter((one) => !one.includes(' 507 '))]).toEqual([0, []])
    await page.context().close()
  })

  test('keeps the focus in the tray while files end, and gives it back when the tray ends', async () => {
    await using tintype = await startTintype()
    const { page, choose } = await openGallery(browser, tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    const released = Promise.withResolvers<void>()
    await page.route(/\/photos$/, (route) => released.promise.then(() => route.continue()))
    const focused = () => page.evaluate(() => document.activeElement?.ariaLabel)
    const tray = page.getByRole('complementary', { name: 'Uploads' })
    const empty = { name: 'empty.png', mimeType: 'image/png', buffer: Buffer.alloc(0) }
    await choose([...(await makePictures(4)), empty])
    await tray.getByRole('button', { name: 'Show files' }).click()
    await tray.getByRole('button', { name: 'Cancel picture 1.png' }).press('Enter')
    await expect.poll(focused, waiting).toBe('Cancel picture 2.png')
    await page.keyboard.press('Enter')
    await tray.getByRole('button', { name: 'Dismiss empty.png' }).waitFor()
    expect(await focused()).toBe('Cancel picture 3.png')

    released.resolve()
    await tray.getByText('1 photo could not be uploaded').waitFor()
    expect(await focused()).toBe('Hide files')
    const afterClear = await tray.getByRole('button', { name: 'Clear' }).evaluate(async (button) => {
      const clear = button as HTMLElement
      clear.focus()
      clear.click()
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      return [document.querySelectorAll('.tray').length, document.activeElement?.ariaLabel]
    })
    expect(afterClear).toEqual([0, 'Upload photos'])

    await choose([empty])
    await tray.getByRole('button', { name: 'Dismiss empty.png' }).press('Enter')
    await tray.waitFor({ state: 'detached' })
    expect(await focused()).toBe('Upload photos')
    await page.context().close()
  })

  test('does not send what the library has, shows it, and sends it all the same at a click', async () => {
    await using tintype = await startTintype()
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-twins-'))
    for (const { name, buffer } of await makePictures(2)) await writeFile(join(directory.path, name), buffer)
    const { page, choose, complaints } = await openGallery(browser, tintype.url)
    await page.addInitScript(() => {
      const counted = globalThis as unknown as { hashes: number }
      counted.hashes = 0
      const digest = crypto.subtle.digest.bind(crypto.subtle)
      crypto.subtle.digest = (...given) => {
        counted.hashes++
        return digest(...given)
      }
    })
    await page.getByText('There are no photos yet').waitFor()
    await choose(directory.path, 'Upload a folder')
    await page.getByRole('gridcell').nth(1).waitFor()
    await page.reload()
    await page.getByRole('gridcell').nth(1).waitFor()
    await choose(directory.path, 'Upload a folder')
    const tray = page.getByRole('complementary', { name: 'Uploads' })
    await tray.getByText('2 photos are already here').waitFor()
    expect(await page.evaluate(() => (globalThis as unknown as { hashes: number }).hashes)).toBe(0)
    expect(await axeViolations(page)).toEqual([])

    await tray.getByRole('button', { name: 'Show picture 1.png' }).click()
    await page.getByRole('dialog', { name: 'picture 1.png' }).waitFor()
    await page.goBack()
    const focused = () => page.evaluate(() => document.activeElement?.ariaLabel)
    await tray.getByRole('button', { name: 'Upload anyway: picture 1.png' }).press('Enter')
    await tray.getByText('1 photo uploaded').waitFor()
    expect(await focused()).toBe('Upload anyway: picture 2.png')
    await page.getByRole('gridcell').nth(2).waitFor()
    await tray.getByRole('button', { name: 'Clear' }).click()
    await tray.waitFor({ state: 'detached' })
    expect([await page.getByRole('gridcell').count(), complaints]).toEqual([3, []])
    await page.context().close()
  })

  test('explains in words that a file is too large, without sending it', async () => {
    await using tintype = await startTintype({ env: { TINTYPE_MAX_UPLOAD_SIZE: '1mb' } })
    const { page, choose, complaints } = await openGallery(browser, tintype.url)
    await page.getByText('up to 1 MB').waitFor()
    let sent = 0
    page.on('request', (request) => {
      if (request.method() === 'POST') sent++
    })
    await choose([{ name: 'large.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(1_500_000) }])
    await page.getByText('This file is 1.4 MB. Up to 1 MB is accepted.').waitFor()
    expect([await axeViolations(page), complaints]).toEqual([[], []])
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('complementary', { name: 'Uploads' }).waitFor({ state: 'detached' })
    expect(sent).toBe(0)
    await page.context().close()
  })

  test('offers the camera on a touch screen, which has no folders', async () => {
    await using tintype = await startTintype()
    const { page, choose } = await openGallery(browser, tintype.url, { hasTouch: true, isMobile: true })
    await page.getByText('There are no photos yet').waitFor()
    expect(await page.getByRole('button', { name: 'Upload a folder' }).count()).toBe(0)
    const [picture] = await makePictures(1)
    await choose(picture ? [picture] : [], 'Take a photo')
    expect(await page.locator('input[type="file"]').getAttribute('capture')).toBe('environment')
    await page.getByRole('img', { name: /^picture 1/ }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.context().close()
  })

  test('sends a folder of 250 pictures, and shows the rows of those that are in view', {
    timeout: 200_000,
  }, async () => {
    await using tintype = await startTintype()
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-many-'))
    for (const { name, buffer } of await makePictures(250))
      await writeFile(join(directory.path, name), buffer)
    const { page, choose, layoutShift, complaints } = await openGallery(browser, tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    const released = Promise.withResolvers<void>()
    await page.route(/\/photos$/, (route) => released.promise.then(() => route.continue()))
    await choose(directory.path, 'Upload a folder')
    const tray = page.getByRole('complementary', { name: 'Uploads' })
    await tray.getByText('Uploading 0 of 250').waitFor()
    await tray.getByRole('button', { name: 'Show files' }).click()
    const rows = tray.getByRole('listitem')
    await rows.first().waitFor()
    await tray.locator('.uploads').evaluate((list) => list.scrollTo(0, list.scrollHeight))
    await expect.poll(() => rows.last().getAttribute('aria-posinset'), waiting).toBe('250')
    expect(await rows.count()).toBeLessThan(50)
    released.resolve()
    await tray.getByText('250 photos uploaded').waitFor({ timeout: 150_000 })
    expect([await layoutShift(), complaints]).toEqual([0, []])
    const { result } = await (await fetch(`${tintype.url}/trpc/system.about`)).json()
    expect(result.data.photos).toBe(250)
    await page.context().close()
  })

  test('accepts a folder, and what is dropped or pasted', async () => {
    await using tintype = await startTintype()
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-folder-'))
    const [one, two, three] = await makePictures(3)
    await writeFile(join(directory.path, 'one.png'), one?.buffer ?? '')
    await writeFile(join(directory.path, 'notes.txt'), 'These are notes.')
    await writeFile(join(directory.path, '.hidden.png'), 'hidden')
    const { page, choose, complaints } = await openGallery(browser, tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    await choose(directory.path, 'Upload a folder')
    await page.getByRole('img', { name: /^one\.png/ }).waitFor()
    await page.locator('.notice', { hasText: '2 files were left out' }).waitFor()
    for (const [type, picture] of [
      ['drop', two],
      ['paste', three],
    ] as const) {
      await page.evaluate(
        ({ type, name, bytes }) => {
          const data = new DataTransfer()
          data.items.add(new File([Uint8Array.from(bytes)], name, { type: 'image/png' }))
          const init = { bubbles: true, cancelable: true }
          if (type === 'paste')
            document.body.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }))
          else
            for (const event of ['dragover', 'drop'])
              document.body.dispatchEvent(new DragEvent(event, { ...init, dataTransfer: data }))
        },
        { type, name: picture?.name ?? '', bytes: [...(picture?.buffer ?? [])] },
      )
      await page.getByRole('img', { name: picture?.name ?? '' }).waitFor()
    }
    expect(await page.getByText('Drop to upload').count()).toBe(0)
    expect([await page.getByRole('gridcell').count(), complaints]).toEqual([3, []])
    await page.context().close()
  })
})
