import { mkdtempDisposable, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteRows } from '@tintype/catalog/drivers/sqlite-rows'
import { describe, expect, test } from 'vitest'
import { fillPlace, moveAtOnce, moveBesideServer } from './support/moved-library.ts'
import { expectWhole, newPhoto, type Place, runMove, send, startAt, startMove } from './support/moves.ts'
import { runCommand } from './support/run-command.ts'
import { runServer } from './support/run-server.ts'

interface Places extends AsyncDisposable {
  readonly from: Place
  readonly to: Place
}

/** Two places on this disk. */
async function openPlaces(): Promise<Places> {
  const directory = await mkdtempDisposable(join(tmpdir(), 'tintype-move-'))
  const placeAt = (name: string): Place => ({
    dataDirectory: join(directory.path, name),
    env: {
      TINTYPE_STORAGE_URL: `file://${join(directory.path, name, 'media')}`,
      TINTYPE_DATABASE_URL: `file://${join(directory.path, name, 'tintype.db')}`,
    },
  })
  return { from: placeAt('a'), to: placeAt('b'), [Symbol.asyncDispose]: () => directory.remove() }
}

/** Files of originals in a place on disk. */
async function originalsOf({ dataDirectory }: Place): Promise<string[]> {
  const media = join(dataDirectory, 'media/originals')
  const names = await readdir(media, { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.jpg')).map((name) => join(media, name))
}

// Each test runs several commands and servers, each in its own process.
describe('tintype migrate', { timeout: 300_000 }, () => {
  test('moves a library there and back while its server accepts uploads', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    const there = await moveBesideServer(from, to, await fillPlace(from, 6))
    const back = await moveBesideServer(to, from, there)
    expect(await runMove(to, from)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('was moved to'),
    })
    await moveAtOnce(from, to, back)
  })

  test('killed at several points, it is continued by the same command', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    const sent = await fillPlace(from, 6)
    const first = startMove(from, to, '--rate=200b')
    while ((await originalsOf(to)).length === 0) await first.wrote('')
    first.kill()
    await first.ended
    for (const text of ['Everything is copied', 'Ready']) {
      const next = startMove(from, to)
      await next.wrote(text)
      next.kill()
      await next.ended
    }
    // A machine that went down may have lost bytes: the size is right, and the next run finds out by the hash.
    const [copied = ''] = await originalsOf(to)
    await writeFile(copied, (await readFile(copied)).fill(0, 100))
    {
      await using rows = await openSqliteRows({ file: join(from.dataDirectory, 'tintype.db') })
      await rows.fence()
    }
    await moveAtOnce(from, to, sent)
  })

  test('killed between both ends of the switch, it is ended by the same command', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    const sent = await fillPlace(from, 2)
    expect(await runMove(from, to, '--switch')).toMatchObject({ code: 0 })
    {
      await using rows = await openSqliteRows({ file: join(to.dataDirectory, 'tintype.db') })
      await rows.changeMove({ state: 'arriving', peer: 'there' })
    }
    await moveAtOnce(from, to, sent)
  })

  test('a broken photo is named, and the others are moved', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    const sent = await fillPlace(from, 4)
    const [broken = ''] = await originalsOf(from)
    await writeFile(broken, 'other bytes')
    for (let run = 1; run <= 2; run += 1) {
      const move = startMove(from, to)
      await move.wrote('Ready')
      move.kill()
      expect((await move.ended).stderr).toContain('; not copied')
    }
    const ending = await runMove(from, to, '--switch')
    expect(ending.code).toBe(1)
    expect(ending.stderr).toContain('1 photos are broken')
    await using target = await startAt(to)
    const lost = sent.filter(({ photo }) => broken.includes(photo?.id ?? 'none'))
    const ids = sent.map(({ photo }) => photo?.id ?? '')
    expect(lost).toHaveLength(1)
    for (const { photo } of sent)
      expect((await fetch(`${target.url}/media/${photo?.id}.jpg`)).status, ids.join()).toBe(
        lost[0]?.photo === photo ? 404 : 200,
      )
  })

  test('B184 nothing is switched if most originals are missing', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    const sent = await fillPlace(from, 3)
    const files = await originalsOf(from)
    for (const file of files) await rm(file)
    const ending = await runMove(from, to, '--switch')
    expect(ending).toMatchObject({ code: 2, stderr: expect.stringContaining('is its disk mounted?') })
    await using source = await startAt(from)
    expect((await send(source.url, await newPhoto())).status).toBe(201)
    expect(sent).toHaveLength(3)
  })

  test('--abort ends a move, and the library stays', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    const sent = await fillPlace(from, 3)
    const move = startMove(from, to)
    await move.wrote('Ready')
    expect(await runMove(from, to, '--abort')).toMatchObject({ code: 0 })
    expect(await move.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('was aborted') })
    const ending = await runServer({ TINTYPE_DATA_DIR: to.dataDirectory, ...to.env })
    expect(ending).toMatchObject({ code: 1, stderr: expect.stringContaining('This library was moved to') })
    {
      await using source = await startAt(from)
      const one = await newPhoto()
      expect((await send(source.url, one)).status).toBe(201)
      sent.push(one)
      await expectWhole(source, sent)
    }
    await moveAtOnce(from, to, sent)
  })

  test('--delete-source compares first, and deletes what was moved', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    const sent = await fillPlace(from, 3)
    expect(await runMove(from, to, '--delete-source')).toMatchObject({ code: 2 })
    await moveAtOnce(from, to, sent)
    const [file = ''] = await originalsOf(to)
    const bytes = await readFile(file)
    await writeFile(file, 'other bytes')
    const refused = await runMove(from, to, '--delete-source')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was deleted') })
    expect(await originalsOf(from)).toHaveLength(3)
    await writeFile(file, bytes)
    expect(await runMove(from, to, '--delete-source')).toMatchObject({ code: 0 })
    expect(await originalsOf(from)).toHaveLength(0)
    await using target = await startAt(to)
    await expectWhole(target, sent)
  })

  test('moves only the photos of a stopped server, and back', async () => {
    await using places = await openPlaces()
    const { from } = places
    const sent = await fillPlace(from, 3)
    const other: Place = {
      ...from,
      env: { ...from.env, TINTYPE_STORAGE_URL: `file://${join(from.dataDirectory, 'elsewhere')}` },
    }
    const move = (source: Place, target: Place) =>
      runServer({ TINTYPE_DATA_DIR: source.dataDirectory, ...source.env }, [
        'migrate',
        `--to-storage=${target.env.TINTYPE_STORAGE_URL}`,
      ])
    {
      await using _running = await startAt(from)
      expect(await move(from, other)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('is used by another Tintype process'),
      })
    }
    expect(await move(from, other)).toMatchObject({ code: 0 })
    expect(await runServer({ TINTYPE_DATA_DIR: from.dataDirectory, ...from.env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it was moved'),
    })
    {
      await using moved = await startAt(other)
      await expectWhole(moved, sent)
    }
    expect(await move(other, from)).toMatchObject({ code: 0 })
    await using returned = await startAt(from)
    await expectWhole(returned, sent)
  })

  test('refuses a target that has another library, and a source that is none', async () => {
    await using places = await openPlaces()
    const { from, to } = places
    expect(await runMove(from, to)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no library here'),
    })
    await fillPlace(from, 1)
    await fillPlace(to, 1)
    expect(await runMove(from, to)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has a library already'),
    })
    expect(await runMove(from, from)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already'),
    })
    expect(await runCommand(from.dataDirectory, 'migrate')).toMatchObject({ code: 2 })
  })
})
