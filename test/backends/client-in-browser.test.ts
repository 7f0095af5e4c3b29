import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { createUploader, TokenSource } from '@tintype/client'
import { createTintypeServer } from '@tintype/client/server'
import type { shrink } from '@tintype/client/shrink'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { bundlePage } from '../support/bundle-page.ts'
import { removable, removeFeature } from '../support/newer-features.ts'
import { openBrowser } from '../support/open-browser.ts'
import { repository, startTintype } from '../support/start-tintype.ts'
import { expectedOfSdk, type Sdk, useSdk } from '../support/use-sdk.ts'

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

/** What a page has of `/sdk.js`, and the function that uses it. */
interface PageOfSdk {
  readonly sdk: Sdk
  readonly useSdk: typeof useSdk
}

test('a page of another origin imports /sdk.js, and uses all of it, also without what newer browsers have', async () => {
  await using foreign = await serveEmptyPage()
  await using tintype = await startTintype({ env: { TINTYPE_CORS_ORIGINS: foreign.url } })
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    await page.goto(foreign.url)
    const bytes = [...(await makeImage({ width: 600, height: 400, format: 'png' }))]
    const without = `for (const feature of ${JSON.stringify(removable)}) (${removeFeature})(globalThis, feature)`
    await page.addScriptTag({ content: `${without}; globalThis.useSdk = ${useSdk}` })
    const content = `import * as sdk from '${tintype.url}/sdk.js'; globalThis.sdk = sdk`
    await page.addScriptTag({ type: 'module', content })
    await page.waitForFunction(() => 'sdk' in globalThis)
    const seen = await page.evaluate(async (bytes) => {
      const { sdk, useSdk } = globalThis as typeof globalThis & PageOfSdk
      const tintype = sdk.createTintypeClient()
      const used = await useSdk(sdk, { url: tintype.url, bytes })
      const photo = await tintype.upload(new Uint8Array(bytes))
      const image = new Image()
      image.src = tintype.mediaUrl(photo, { preset: 'square' })
      await image.decode()
      // browsers fail what goes on without its page beyond 64 KiB
      const metadata = { text: 'x'.repeat(3900) }
      const updates = Array.from({ length: 30 }, () =>
        tintype.photos.update.mutate({ id: photo.id, metadata }),
      )
      const updated = await Promise.allSettled(updates)
      return {
        ...used,
        width: image.naturalWidth,
        updated: updated.filter(({ status }) => status === 'fulfilled').length,
      }
    }, bytes)
    // without `crypto` no digest can be compared
    expect(seen).toEqual({ ...expectedOfSdk, twins: ['stored'], width: expect.any(Number), updated: 30 })
  } finally {
    await browser.close()
  }
})

test('a page that the server does not allow gets an error that names the variable', async () => {
  await using page = await openForeignPage()
  await using closed = await startTintype()
  await using open = await startTintype({ env: { TINTYPE_CORS_ORIGINS: page.url } })
  const { sdk } = page
  const seen = await sdk.evaluate(
    async ({ closed, open }) => {
      const { createTintypeClient } = (globalThis as typeof globalThis & { use: Sdk }).use
      const failureOf = async (work: Promise<unknown>) => {
        const error = await work.then(() => undefined, JSON.stringify)
        return JSON.parse(error ?? 'null')
      }
      const refused = createTintypeClient({ url: closed })
      const named = createTintypeClient({ url: open, headers: { 'X-Mine': '1', 'X-Requested-With': 'sdk' } })
      const away = createTintypeClient({ url: 'http://127.0.0.1:9', retry: { attempts: 1 } })
      const bytes = new File([new Uint8Array([0xff, 0xd8, 0xff])], 'cat.jpg')
      return {
        origins: [await failureOf(refused.upload(bytes)), await failureOf(refused.photos.list.query())],
        header: await failureOf(named.photos.delete.mutate({ id: 'x' })),
        away: await failureOf(away.photos.list.query()),
        empty: await failureOf(createTintypeClient({ url: open }).upload(new File([], 'empty.jpg'))),
      }
    },
    { closed: closed.url, open: open.url },
  )
  const refusal = { code: 'ORIGIN_NOT_ALLOWED', source: 'client', facts: { received: page.url } }
  const message = expect.stringContaining('TINTYPE_CORS_ORIGINS')
  expect(seen.origins).toMatchObject([
    { ...refusal, message },
    { ...refusal, message },
  ])
  const named = expect.stringContaining('TINTYPE_CORS_HEADERS')
  expect(seen.header).toMatchObject({ code: 'INVALID_REQUEST', facts: { header: 'x-mine' }, message: named })
  expect(seen.away).toMatchObject({ code: 'NETWORK_ERROR', source: 'client' })
  expect(seen.empty).toMatchObject({ code: 'EMPTY_FILE', source: 'client' })
})

test('shrink makes a photo smaller, without metadata, and leaves what it cannot draw', async () => {
  const module = join(repository, 'packages/client/dist/shrink.js')
  const { code } = await bundlePage('shrink', module, { isWhole: true })
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    await page.addScriptTag({ type: 'module', content: code })
    await page.waitForFunction(() => 'use' in globalThis)
    const bytes = [...(await makeImage({ width: 600, height: 400, format: 'jpeg' }))]
    const seen = await page.evaluate(async (bytes) => {
      const { use } = globalThis as typeof globalThis & { use: typeof shrink }
      const context = { limits: undefined, signal: new AbortController().signal }
      const small = await use({ maxSide: 300 })(
        new File([new Uint8Array(bytes)], 'a.jpg', { type: 'image/jpeg' }),
        context,
      )
      const { width, height } = await createImageBitmap(small)
      const broken = new Blob(['no image'], { type: 'image/jpeg' })
      const moving = new Blob(['GIF89a'], { type: 'image/gif' })
      const kept = [broken, moving].map(async (one) => (await use()(one, context)) === one)
      return { width, height, type: small.type, kept: await Promise.all(kept) }
    }, bytes)
    expect(seen).toEqual({ width: 300, height: 200, type: 'image/jpeg', kept: [true, true] })
  } finally {
    await browser.close()
  }
})

/** A page of an origin of its own, with the SDK as `use`. */
async function openForeignPage() {
  await using resources = new AsyncDisposableStack()
  const browser = resources.adopt(await openBrowser(), (one) => one.close())
  const sdk = await browser.newPage()
  const site = resources.use(await serveEmptyPage())
  // a server on loopback allows every origin on loopback
  const url = site.url.replace('127.0.0.1', 'app.example.com')
  await sdk.goto(url)
  const module = join(repository, 'packages/client/dist/index.js')
  const { code } = await bundlePage('*', module, { isWhole: true })
  await sdk.addScriptTag({ type: 'module', content: code })
  await sdk.waitForFunction(() => 'use' in globalThis)
  const moved = resources.move()
  return { url, sdk, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

async function serveEmptyPage() {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
