import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'

/** What the first load of the gallery may transfer, in bytes compressed with Brotli. */
const budgets = { html: 5000, css: 6000, js: 45_000 }

test.each(Object.entries(budgets))('the %s of the page has at most %i bytes', (extension, budget) => {
  const dist = join(repository, 'apps/gallery/dist')
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  const sizes = names
    .filter((name) => name.endsWith(`.${extension}.br`))
    .map((name) => statSync(join(dist, name)).size)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(budget)
})
