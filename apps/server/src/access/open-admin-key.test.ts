import { mkdtempDisposable, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKeys, makeApiKey } from '@tintype/access'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { expect, test } from 'vitest'
import { openAdminKey } from './open-admin-key.ts'

const nowMs = 1_800_000_000_000
const now = () => nowMs

/** A catalog, a data directory, and the log of what was made. */
async function openArea() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-admin-')))
  const catalog = opening.use(await openMemoryCatalog())
  const lines: object[] = []
  const note = (facts: object) => void lines.push(facts)
  const log = { info: note, warn: note, error: note }
  const owned = opening.move()
  return {
    catalog,
    lines,
    file: join(home.path, 'admin-key'),
    open: () => openAdminKey(home.path, { catalog, log, now }),
    readKey: async () => (await readFile(join(home.path, 'admin-key'), 'utf8')).trim(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

test('the first admin key is in its file only, and works', async () => {
  await using area = await openArea()
  await area.open()
  const key = await area.readKey()
  expect((await stat(area.file)).mode & 0o777).toBe(0o600)
  expect(area.lines).toEqual([{ event: 'admin-key', file: area.file }])
  const caller = await createApiKeys({ reader: area.catalog, now }).verify(key)
  expect([caller.may('keys:manage'), caller.scope]).toEqual([
    true,
    { owner: undefined, includesPrivate: true },
  ])
  const [record] = await area.catalog.listKeys()
  expect(JSON.stringify(record)).not.toContain(key)
  const { entries } = await area.catalog.listAudit({ limit: 10 })
  expect(entries).toMatchObject([{ actor: 'server', action: 'key.create', target: record?.id }])
})

test('a live admin key is kept, whether or not its file is there', async () => {
  await using area = await openArea()
  await area.open()
  const key = await area.readKey()
  await area.open()
  expect(await area.readKey()).toBe(key)
  await rm(area.file)
  await area.open()
  expect(area.lines).toHaveLength(1)
  expect(await area.catalog.listKeys()).toHaveLength(1)
})

test('a key that has ended, or was never recorded, is replaced', async () => {
  await using area = await openArea()
  await writeFile(area.file, makeApiKey().key, { mode: 0o600 }) // a crash before the row
  await area.open()
  const first = await area.readKey()
  const [record] = await area.catalog.listKeys()
  await area.catalog.changeKey(record?.id ?? '', { revokedAt: new Date(nowMs).toISOString() })
  await area.open()
  expect(await area.readKey()).not.toBe(first)
  expect(await area.catalog.listKeys()).toHaveLength(2)
})

test('keys without admin, or for one owner, are no admin keys', async () => {
  await using area = await openArea()
  const times = {
    createdAt: new Date(nowMs).toISOString(),
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
  }
  const rest = { name: 'other', limits: {}, createdBy: 'env', ...times }
  for (const [scopes, owner] of [
    [['manage'], null],
    [['admin'], 'user:1'],
  ] as const) {
    const { key: _key, ...made } = makeApiKey()
    await area.catalog.insertKey({ ...made, ...rest, countedAs: made.id, scopes, owner })
  }
  await area.open()
  expect(area.lines).toHaveLength(1)
})

test('a file that Tintype did not make is not replaced', async () => {
  await using area = await openArea()
  await writeFile(area.file, 'a key of the operator, hunter2', { mode: 0o600 })
  const refused = await area.open().catch((error: unknown) => error)
  expect(String(refused)).toContain('set TINTYPE_ADMIN_KEY_FILE to it')
  expect(String(refused)).not.toContain('hunter2')
  expect(await area.catalog.listKeys()).toEqual([])
})
