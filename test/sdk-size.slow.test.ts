import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundlePage } from './support/bundle-page.ts'
import { repository } from './support/start-tintype.ts'

const sdk = join(repository, 'packages/client/dist/index.js')

/** What the SDK may add to a page: bytes, minified and gzipped. */
const budgets = { createUploader: 4500, createTintypeClient: 7000 }

/** Texts that no minifier removes, each of a part that only the whole client needs. */
const partsOfTheClient = { procedures: '/trpc', batches: 'batch', media: '/media/', renditions: 'thumb' }

test.each(Object.entries(budgets))('%s adds at most %i bytes to a page', async (name, budget) => {
  const { gzipByteSize } = await bundlePage(name, sdk)
  expect(gzipByteSize, `${name}: ${gzipByteSize} bytes, budget ${budget}`).toBeLessThanOrEqual(budget)
})

test('the upload queue adds at most 2000 bytes to a page that uploads', async () => {
  const [uploader, both] = [
    await bundlePage('createUploader', sdk),
    await bundlePage('*', join(repository, 'test/support/uploads-of-a-page.ts')),
  ]
  expect(both.gzipByteSize - uploader.gzipByteSize).toBeLessThanOrEqual(2000)
})

test('the script that servers serve has at most 12 600 bytes', async () => {
  const script = await readFile(join(repository, 'apps/server/dist/sdk/sdk.js.gz'))
  expect(script.length).toBeLessThanOrEqual(12_600)
})

test('a page that only uploads contains nothing else', async () => {
  const [uploader, client] = [
    await bundlePage('createUploader', sdk),
    await bundlePage('createTintypeClient', sdk),
  ]
  for (const [part, text] of Object.entries(partsOfTheClient)) {
    expect(client.code, `${part} in the whole client`).toContain(text)
    expect(uploader.code, `${part} in the uploader`).not.toContain(text)
  }
})

test('a page that only shows photos contains no upload', async () => {
  const { code } = await bundlePage('srcset', sdk)
  expect(code).toContain('/media/')
  for (const text of ['XMLHttpRequest', 'Idempotency-Key', '/trpc']) expect(code).not.toContain(text)
})
