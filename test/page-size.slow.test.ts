import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'

/** What the first load of the gallery may transfer, in bytes compressed with Brotli. */
const budgets = { html: 5000, css: 6000, js: 45_000 }
/** The limits and the first photos share one of them. */
const maxRequests = 7

const dist = join(repository, 'apps/gallery/dist')
const read = (name: string) => readFileSync(join(dist, name), 'utf8')

/** The page, and every file that the browser needs before it shows the page: not those that are loaded later. */
function firstLoad(): string[] {
  const names = new Set(['index.html'])
  for (const [, name = ''] of read('index.html').matchAll(/(?:src|href)="static\/([^"]+)"/g)) names.add(name)
  for (const name of names) {
    if (!name.endsWith('.js')) continue
    for (const [, imported = ''] of read(name).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      names.add(join(name, '..', imported))
  }
  return [...names]
}

test.each(Object.entries(budgets))('the %s of the page has at most %i bytes', (extension, budget) => {
  const sizes = firstLoad()
    .filter((name) => name.endsWith(`.${extension}`))
    .map((name) => brotliCompressSync(readFileSync(join(dist, name))).length)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(budget)
})

test(`the page needs at most ${maxRequests} requests before its photos`, () => {
  const calls = 1
  expect(firstLoad().length + calls).toBeLessThanOrEqual(maxRequests)
})
