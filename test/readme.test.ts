import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './support/start-tintype.ts'

test('the README names only variables that exist', async () => {
  const readme = await readFile(join(repository, 'README.md'), 'utf8')
  const variables = await readFile(join(repository, '.env.example'), 'utf8')
  for (const [name] of readme.matchAll(/TINTYPE_[A-Z_]+/g)) expect(variables).toContain(name)
})

test('docs/http-api.md has the same table of errors as the code', async () => {
  const text = await readFile(join(repository, 'docs/http-api.md'), 'utf8')
  const documented = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  )
  const { errorTable } = await import('@tintype/contract')
  const rows = Object.entries(errorTable).map(([code, status]) => `${code} ${status}`)
  expect(documented.sort()).toEqual(rows.sort())
})

test('no document has a placeholder left', async () => {
  for (const name of [
    'README.md',
    'ARCHITECTURE.md',
    'docs/embedding.md',
    'docs/performance.md',
    'docs/reliability.md',
    'docs/http-api.md',
  ]) {
    const text = await readFile(join(repository, name), 'utf8')
    expect(text).not.toMatch(/@@|TODO|FIXME|TBD/)
    expect(text.length).toBeGreaterThan(500)
  }
})
