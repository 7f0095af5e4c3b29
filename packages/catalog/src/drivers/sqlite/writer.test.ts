import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { samplePhoto } from '../../testing/index.ts'
import { watchCatalogFiles } from './file-identity.ts'
import { openDatabase } from './open-database.ts'
import { createSqliteWriter } from './writer.ts'

describe('createSqliteWriter', () => {
  test('copies its arguments when it is called', async () => {
    await using opened = await openWriter()
    const photo = { ...samplePhoto(), title: 'as given' }
    const inserting = opened.writer.insert(photo)
    photo.title = 'changed meanwhile'
    expect(await inserting).toStrictEqual({ status: 'inserted' })
    expect(opened.database.prepare('SELECT title FROM photos').all()).toMatchObject([{ title: 'as given' }])
  })

  test('a photo can be read on another connection once its insert has resolved', async () => {
    await using opened = await openWriter()
    for (let count = 1; count <= 20; count += 1) {
      await opened.writer.insert(samplePhoto())
      expect(opened.database.prepare('SELECT count(*) AS count FROM photos').get()).toMatchObject({ count })
    }
  })

  test('disposing it waits for earlier writes, and refuses later ones', async () => {
    await using opened = await openWriter()
    const asked = Array.from({ length: 10 }, () => opened.writer.insert(samplePhoto()))
    await opened.writer[Symbol.asyncDispose]()
    const late = opened.writer.insert(samplePhoto())
    await expect(late).rejects.toMatchObject({ name: 'TintypeError', code: 'CATALOG_UNAVAILABLE' })
    for (const outcome of await Promise.all(asked)) expect(outcome).toStrictEqual({ status: 'inserted' })
  })

  test('disposing it resolves even if its thread dies of it', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-writer-'))
    const entry = pathToFileURL(join(directory.path, 'entry.mjs'))
    const script = `
      import { parentPort } from 'node:worker_threads'
      parentPort.on('message', (asked) => {
        if (asked === 'close') throw new Error('out of luck')
        parentPort.postMessage({ number: asked.number, result: true })
      })`
    await writeFile(entry, script)
    await using opened = await openWriter({ entry })
    await opened.writer.probe()
    await opened.writer[Symbol.asyncDispose]()
  })

  test('B195 a thread that dies leaves the outcome of its writes unknown, and the next write starts another', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-writer-'))
    const mark = join(directory.path, 'died')
    const entry = pathToFileURL(join(directory.path, 'entry.mjs'))
    const real = JSON.stringify(new URL('./writer-thread.ts', import.meta.url).href)
    const script = `
      import { existsSync, writeFileSync } from 'node:fs'
      import { parentPort } from 'node:worker_threads'
      if (existsSync(${JSON.stringify(mark)})) await import(${real})
      else parentPort.once('message', () => {
        writeFileSync(${JSON.stringify(mark)}, '')
        throw new Error('out of luck')
      })`
    await writeFile(entry, script)
    await using opened = await openWriter({ entry })
    const lost = await Promise.allSettled([
      opened.writer.insert(samplePhoto()),
      opened.writer.update(samplePhoto().id, {}),
    ])
    for (const outcome of lost)
      expect(outcome).toMatchObject({
        reason: {
          code: 'CATALOG_UNAVAILABLE',
          facts: { outcome: 'unknown' },
          cause: { message: 'out of luck' },
        },
      })
    expect(await opened.writer.insert(samplePhoto())).toStrictEqual({ status: 'inserted' })
  })
})

async function openWriter(options: { readonly entry?: URL } = {}) {
  await using opening = new AsyncDisposableStack()
  const directory = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-writer-')))
  const file = join(directory.path, 'catalog.db')
  const database = opening.use(await openDatabase(file, { patienceMs: 0 }))
  const watched = watchCatalogFiles(file)
  const writer = opening.use(
    createSqliteWriter({
      ...{ file, patienceMs: 5000, keepsReserve: false, durability: 'full' as const, watched },
      ...options,
    }),
  )
  const owned = opening.move()
  return { writer, database, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
