import { randomUUID } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasPostgres, type RunningPostgres, startPostgres } from '@tintype/catalog/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillPlace, moveAtOnce, moveBesideServer } from '../support/moved-library.ts'
import { expectWhole, type Place, runMove, startAt, startMove } from '../support/moves.ts'
import { useS3 } from '../support/open-s3.ts'
import { runServer } from '../support/run-server.ts'
import { hasS3 } from '../support/start-s3.ts'

const { engine } = useS3()
let postgres: RunningPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(async () => await postgres?.[Symbol.asyncDispose]())

/** A directory for a place on disk, and a place on engines. */
async function openPlaces() {
  const directory = await mkdtempDisposable(join(tmpdir(), 'tintype-move-'))
  const { bucket, endpoint } = engine()
  const urls = {
    storage: `s3://${bucket}/${randomUUID()}?endpoint=${endpoint}`,
    database: await postgres.createDatabase(),
  }
  const placeAt = (name: string, storage: string, database: string): Place => ({
    dataDirectory: join(directory.path, name),
    env: { TINTYPE_STORAGE_URL: storage, TINTYPE_DATABASE_URL: database },
  })
  const files = {
    storage: `file://${join(directory.path, 'a/media')}`,
    database: `file://${join(directory.path, 'a/tintype.db')}`,
  }
  return {
    onDisk: placeAt('a', files.storage, files.database),
    onEngines: placeAt('b', urls.storage, urls.database),
    onDiskAndPostgres: placeAt('c', files.storage, urls.database),
    directory: directory.path,
    [Symbol.asyncDispose]: () => directory.remove(),
  }
}

// Each test runs several commands and servers, each in its own process.
describe.skipIf(!hasS3 || !hasPostgres)(
  'tintype migrate between disk and engines',
  { timeout: 300_000 },
  () => {
    test('moves a library to S3 and PostgreSQL and back while its server accepts uploads', async () => {
      await using places = await openPlaces()
      const { onDisk, onEngines } = places
      const there = await moveBesideServer(onDisk, onEngines, await fillPlace(onDisk, 4))
      await moveBesideServer(onEngines, onDisk, there)
    })

    test('killed at several points, it is continued by the same command', async () => {
      await using places = await openPlaces()
      const { onDisk, onEngines } = places
      const sent = await fillPlace(onDisk, 4)
      for (const text of ['Everything is copied', 'Ready']) {
        const move = startMove(onDisk, onEngines)
        await move.wrote(text)
        move.kill()
        await move.ended
      }
      await moveAtOnce(onDisk, onEngines, sent)
    })

    test('moves only the catalog; the photos stay where they are', async () => {
      await using places = await openPlaces()
      const { onDisk, onDiskAndPostgres } = places
      const sent = await fillPlace(onDisk, 3)
      await moveAtOnce(onDisk, onDiskAndPostgres, sent)
      await moveAtOnce(onDiskAndPostgres, onDisk, sent)
    })

    test('with a catalog in PostgreSQL, moves the photos together with a schema, and names no secret', async () => {
      await using places = await openPlaces()
      const { onEngines, directory } = places
      const sent = await fillPlace(onEngines, 2)
      const storage = `file://${join(directory, 'media')}`
      const { env, dataDirectory } = onEngines
      const only = await runServer({ TINTYPE_DATA_DIR: dataDirectory, ...env }, [
        'migrate',
        `--to-storage=${storage}`,
      ])
      expect(only).toMatchObject({ code: 2, stderr: expect.stringContaining('another schema') })
      const database = `${env.TINTYPE_DATABASE_URL}?schema=next`
      const next: Place = {
        dataDirectory: join(directory, 'd'),
        env: { TINTYPE_STORAGE_URL: storage, TINTYPE_DATABASE_URL: database },
      }
      const ending = await runMove(onEngines, next, '--switch')
      expect(ending.code).toBe(0)
      expect(ending.stderr).not.toContain('secret')
      await using server = await startAt(next)
      await expectWhole(server, sent)
    })
  },
)
