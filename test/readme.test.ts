import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { builtServer, repository, startTintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'

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

test('docs/http-api.md shows a photo with every member that a photo has', async () => {
  const text = await readFile(join(repository, 'docs/http-api.md'), 'utf8')
  const [, example = ''] = /^## The photo\n+```json\n(.*?)^```/ms.exec(text) ?? []
  await using tintype = await startTintype()
  const photo = await uploadPhoto(tintype.url, await makeImage({ width: 20, height: 20, format: 'png' }))
  expect(Object.keys(JSON.parse(example))).toEqual(Object.keys(photo))
})

test('the README of the package names only commands and variables that exist', async () => {
  const readme = await readFile(join(repository, 'apps/server/README.md'), 'utf8')
  const { stdout } = await promisify(execFile)(process.execPath, [builtServer, 'help'])
  for (const name of ['doctor', 'backup', 'restore', 'keys']) {
    expect(readme).toContain(`\`${name}\``)
    expect(stdout).toContain(name)
  }
  const variables = await readFile(join(repository, '.env.example'), 'utf8')
  for (const [name] of readme.matchAll(/TINTYPE_[A-Z_]+/g)) expect(variables).toContain(name)
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
