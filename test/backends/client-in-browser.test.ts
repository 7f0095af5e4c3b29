import { join } from 'node:path'
import type { createUploader, TokenSource } from '@tintype/client'
import { createTintypeServer } from '@tintype/client/server'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { bundlePage } from '../support/bundle-page.ts'
import { openBrowser } from '../support/open-browser.ts'
import { repository, startTintype } from '../support/start-tintype.ts'

const adminKey = 'operator-operator-operator-operator'

/** What the page has of the bundle. */
type PageGlobals = typeof globalThis & { use: typeof createUploader }

test('a page uploads with a token, and with the next one when that is refused', async () => {
  await using tintype = await startTintype({
    env: { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey },
  })
  const { tokens } = createTintypeServer({ url: tintype.url, key: adminKey })
  const made = await tokens.createUpload.mutate([{ owner: 'user:1' }, { owner: 'user:1' }])
  const [revoked, valid] = made.map(({ token }) => token)
  await tokens.revoke.mutate({ id: made[0]?.id ?? '' })
  const { code } = await bundlePage('createUploader', join(repository, 'packages/client/dist/index.js'), {
    isWhole: true,
  })
  const bytes = [...(await makeImage({ width: 600, height: 400, format: 'jpeg' }))]

  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(tintype.url)
    await page.evaluate(code)
    const seen = await page.evaluate(
      async ({ revoked, valid, bytes }) => {
        const requests: object[] = []
        const progress: number[] = []
        const token: TokenSource = (request) => {
          requests.push(request)
          return (requests.length === 1 ? revoked : valid) ?? ''
        }
        const { upload } = (globalThis as PageGlobals).use({ token })
        const photo = await upload(new File([new Uint8Array(bytes)], 'cat.jpg', { type: 'image/jpeg' }), {
          onProgress: ({ fraction }) => progress.push(fraction),
        })
        return { requests, progress, owner: photo.owner, filename: photo.filename }
      },
      { revoked, valid, bytes },
    )
    expect(seen).toMatchObject({ owner: 'user:1', filename: 'cat.jpg', requests: [{}, { refused: revoked }] })
    expect(seen.progress).toEqual(seen.progress.toSorted((one, other) => one - other))
    expect(seen.progress.at(-1)).toBe(1)
  } finally {
    await browser.close()
  }
})
