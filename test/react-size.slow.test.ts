import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundlePage } from './support/bundle-page.ts'
import { repository } from './support/start-tintype.ts'

/** Peers, which a page that uses the hooks has anyway. */
const external = [/^react(\/.*)?$/, /^@tintype\/client(\/.*)?$/]

/** What an export may add to a page that has React and the SDK: bytes, minified and gzipped. */
const budgets = [
  { name: 'Photo', entry: 'photo', budget: 2000 },
  { name: '*', entry: 'index', budget: 6000 },
]

test.each(budgets)('$name adds at most $budget bytes to a page', async ({ name, entry, budget }) => {
  const module = join(repository, `packages/react/dist/${entry}.js`)
  const { gzipByteSize } = await bundlePage(name, module, { external })
  expect(gzipByteSize, `${name}: ${gzipByteSize} bytes, budget ${budget}`).toBeLessThanOrEqual(budget)
})
