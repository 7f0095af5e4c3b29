import { mkdtempDisposable, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChromiumPage } from '../support/browsers/open-chromium-page.ts'
import { openFirefoxPage } from '../support/browsers/open-firefox-page.ts'
import { openWebkitPage } from '../support/browsers/open-webkit-page.ts'
import type { WebPage } from '../support/browsers/web-page.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

const openPages = { Chromium: openChromiumPage, Firefox: openFirefoxPage, WebKit: openWebkitPage }

describe.each(Object.entries(openPages))('the gallery in %s', (_name, openPage) => {
  let directory: Awaited<ReturnType<typeof mkdtempDisposable>>
  let tintype: Tintype
  let page: WebPage
  beforeAll(async () => {
    directory = await mkdtempDisposable(join(tmpdir(), 'tintype-browsers-'))
    tintype = await startTintype({ dataDirectory: join(directory.path, 'data') })
    page = await openPage()
    await page.goto(tintype.url)
  })
  afterAll(async () => {
    await page?.[Symbol.asyncDispose]()
    await tintype?.[Symbol.asyncDispose]()
    await directory?.[Symbol.asyncDispose]()
  })

  const picture = (width: number) => makeImage({ width, height: 60, format: 'png' })
  async function file(name: string, width: number): Promise<string> {
    const path = join(directory.path, name)
    await writeFile(path, await picture(width))
    return path
  }
  // biome-ignore lint/performance/useDomNodeTextContent: a person does not read what is hidden
  const text = () => page.evaluate(() => document.body.innerText)
  const untilText = (expected: RegExp) => expect.poll(text, waiting).toMatch(expected)
  /** The names of the photos whose picture is loaded. */
  const shown = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLImageElement>('[role="gridcell"] img')]
        .filter(({ complete, naturalWidth }) => complete && naturalWidth > 0)
        .map(({ alt }) => alt.split(',')[0]),
    )
  /** Clicks the button with this name, or whose name begins so. */
  const click = (name: string) =>
    page.evaluate((name) => {
      const buttons = [...document.querySelectorAll<HTMLElement>('button')]
      const labelOf = (one: HTMLElement) => one.getAttribute('aria-label') ?? one.textContent
      const button = buttons.find((one) => labelOf(one).startsWith(name))
      button?.click()
      return button !== undefined
    }, name)
  const untilClicked = (name: string) => expect.poll(() => click(name), waiting).toBe(true)
  const focused = () =>
    page.evaluate(() => document.activeElement?.querySelector('img')?.alt.split(',')[0] ?? null)

  test('shows what is chosen, dropped, pasted, and uploaded elsewhere', async () => {
    await untilText(/There are no photos yet/)
    await page.choose([await file('one.png', 90), await file('two.png', 91)])
    await expect.poll(shown, waiting).toEqual(expect.arrayContaining(['one.png', 'two.png']))
    for (const [type, name, width] of [
      ['drop', 'dropped.png', 92],
      ['paste', 'pasted.png', 93],
    ] as const) {
      const bytes = [...(await picture(width))]
      await page.evaluate(
        (type, name, bytes) => {
          const data = new DataTransfer()
          data.items.add(new File([Uint8Array.from(bytes)], name, { type: 'image/png' }))
          const init = { bubbles: true, cancelable: true }
          if (type === 'paste') {
            // Firefox ignores the files of a ClipboardEvent that a script makes
            const event = Object.assign(new Event('paste', init), { clipboardData: data })
            document.body.dispatchEvent(event)
          } else
            for (const event of ['dragover', 'drop'])
              document.body.dispatchEvent(new DragEvent(event, { ...init, dataTransfer: data }))
        },
        type,
        name,
        bytes,
      )
      await expect.poll(shown, waiting).toContain(name)
    }
    await uploadPhoto(tintype.url, await picture(94), { filename: 'elsewhere.png' })
    await expect.poll(shown, waiting).toContain('elsewhere.png')
  })

  test('keeps the focus at the neighbour of a photo that is deleted', async () => {
    await page.evaluate(() =>
      document.querySelector<HTMLElement>('[role="gridcell"] a[tabindex="0"]')?.focus(),
    )
    await page.press('ArrowRight')
    const deleted = await focused()
    await page.press(' ')
    await untilText(/1 selected/)
    await untilClicked('Delete')
    await untilText(/Photo deleted/)
    await expect.poll(focused, waiting).toMatch(/\.png$/)
    expect(await focused()).not.toBe(deleted)

    await page.press('Enter')
    await expect.poll(() => page.evaluate(() => document.querySelector('dialog')?.open), waiting).toBe(true)
    const opened = await page.evaluate(() => document.querySelector('dialog h2')?.textContent)
    await untilClicked('Delete ')
    await expect
      .poll(() => page.evaluate(() => document.querySelector('dialog h2')?.textContent), waiting)
      .not.toBe(opened)
    const next = await page.evaluate(() => document.querySelector('dialog h2')?.textContent)
    await page.press('Escape')
    await expect.poll(focused, waiting).toBe(next)
  })

  test('reports progress, cancels, and refuses a file that is too large before it is sent', async () => {
    const [large, tooLarge] = [await file('large.png', 95), await file('too large.png', 96)]
    await truncate(large, 20 * 2 ** 20)
    await truncate(tooLarge, 31 * 2 ** 20)
    await page.choose([tooLarge])
    await untilText(/This file is 31 MB\. Up to 25 MB is accepted\./)
    await untilClicked('Clear')
    // what a stopped process does not read stays in the sockets' buffers, so only a part can be sent
    process.kill(tintype.pid, 'SIGSTOP')
    try {
      await page.choose([large])
      await untilClicked('Show files')
      await untilText(/[1-9][\d.]* MB of 20 MB/)
      await untilClicked('Cancel large.png')
      await expect.poll(text, waiting).not.toMatch(/large\.png/)
    } finally {
      process.kill(tintype.pid, 'SIGCONT')
    }
  })

  test('reads why the server refused a large body', async () => {
    const refused = await page.evaluate(
      async (byteSize) => {
        const answer = await fetch('photos', {
          method: 'POST',
          body: new Blob([new Uint8Array(byteSize)]),
          headers: { 'content-type': 'image/png' },
        })
        return [answer.status, (await answer.json()).code]
      },
      31 * 2 ** 20,
    )
    expect(refused).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  test('sends what a server that was killed did not receive, and nobody clicks', async () => {
    await tintype.stop('SIGKILL')
    await page.choose([await file('three.png', 97), await file('four.png', 98)])
    await untilText(/Waiting for the server|Reconnecting/)
    tintype = await startTintype({
      dataDirectory: tintype.dataDirectory,
      env: { TINTYPE_PORT: new URL(tintype.url).port },
    })
    await expect.poll(shown, waiting).toEqual(expect.arrayContaining(['three.png', 'four.png']))
  })

  test('centres an original that is opened in a tab', async () => {
    const photo = await uploadPhoto(tintype.url, await picture(96), { filename: 'in a tab.png' })
    await page.goto(new URL(photo.url, tintype.url).href)
    const margins = await page.evaluate(() => {
      const { left, right } = document.images[0]?.getBoundingClientRect() ?? new DOMRect()
      return [left, innerWidth - right]
    })
    expect(margins[0]).toBeGreaterThan(100)
    expect(margins[0]).toBe(margins[1])
  })
})
