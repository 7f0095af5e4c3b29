import { randomUUID } from 'node:crypto'
import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasPostgres, type RunningPostgres, startPostgres } from '@tintype/catalog/testing'
import { createTintypeClient } from '@tintype/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillPlace } from '../support/moved-library.ts'
import { expectWhole, type Place, send, startAt } from '../support/moves.ts'
import { useS3 } from '../support/open-s3.ts'
import { runServer } from '../support/run-server.ts'
import { hasS3 } from '../support/start-s3.ts'

const { engine } = useS3()
let postgres: RunningPostgres

beforeAll(async () => {
  if (hasPostgres) postgres = await startPostgres()
})
afterAll(async () => await postgres?.[Symbol.asyncDispose]())

/** Places of libraries below one directory. */
async function openPlaces() {
  const directory = await mkdtempDisposable(join(tmpdir(), 'tintype-backup-'))
  const { bucket, endpoint } = engine()
  return {
    directory: directory.path,
    async onEngines(name: string): Promise<Place> {
      const TINTYPE_STORAGE_URL = `s3://${bucket}/${randomUUID()}?endpoint=${endpoint}`
      const TINTYPE_DATABASE_URL = await postgres.createDatabase()
      return { dataDirectory: join(directory.path, name), env: { TINTYPE_STORAGE_URL, TINTYPE_DATABASE_URL } }
    },
    onDisk(name: string): Place {
      const env = { TINTYPE_STORAGE_URL: 'file:media', TINTYPE_DATABASE_URL: 'file:tintype.db' }
      return { dataDirectory: join(directory.path, name), env }
    },
    [Symbol.asyncDispose]: () => directory.remove(),
  }
}

const run = ({ dataDirectory, env }: Place, ...args: readonly string[]) =>
  runServer({ TINTYPE_DATA_DIR: dataDirectory, ...env }, args)

// Each test runs several commands and servers, each in its own process.
describe.skipIf(!hasS3 || !hasPostgres)(
  'tintype backup and restore with S3 and PostgreSQL',
  { timeout: 300_000 },
  () => {
    test('B184 a backup of engines, made beside a server, restores to other engines, to a disk and back', async () => {
      await using places = await openPlaces()
      const first = await places.onEngines('first')
      const sent = await fillPlace(first, 4)
      const backup = join(places.directory, 'backup')
      {
        await using server = await startAt(first)
        const client = createTintypeClient({ url: server.url })
        await client.photos.update.mutate({ id: sent[0]?.photo?.id ?? '', tags: ['kept'] })
        const ending = await run(first, 'backup', backup)
        expect(ending).toMatchObject({
          code: 0,
          stderr: '',
          stdout: expect.stringMatching(/^4 photos are in /),
        })
      }
      const onDisk = places.onDisk('disk')
      const second = await places.onEngines('second')
      for (const place of [onDisk, second]) {
        const ending = await run(place, 'restore', backup)
        expect(ending).toMatchObject({
          code: 0,
          stderr: '',
          stdout: expect.stringMatching(/^4 photos are back/),
        })
        await using server = await startAt(place)
        await expectWhole(server, sent)
        const client = createTintypeClient({ url: server.url })
        expect((await client.photos.list.query({ tag: 'kept' })).photos).toHaveLength(1)
        // Its idempotency key came along.
        const [again] = sent
        expect(again && (await send(server.url, again)).headers.get('idempotent-replayed')).toBe('true')
      }
      expect(await readdir(second.dataDirectory)).not.toContain('restoring.db')

      const taken = await run(second, 'restore', backup)
      expect(taken).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/needs an empty storage/),
      })
      const database = second.env.TINTYPE_DATABASE_URL
      const free = await places.onEngines('third')
      const occupied = await run(
        { ...free, env: { ...free.env, TINTYPE_DATABASE_URL: database } },
        'restore',
        backup,
      )
      expect(occupied).toMatchObject({ code: 2, stderr: expect.stringMatching(/needs a new database/) })
      expect(occupied.stderr).not.toContain('secret')
    })

    test('a restore that fails leaves bucket and database empty, so that the next one succeeds', async () => {
      await using places = await openPlaces()
      const onDisk = places.onDisk('disk')
      const sent = await fillPlace(onDisk, 3)
      const backup = join(places.directory, 'backup')
      expect(await run(onDisk, 'backup', backup)).toMatchObject({ code: 0 })
      const target = await places.onEngines('target')
      const manifest = join(backup, 'backup.json')
      const whole = await readFile(manifest, 'utf8')
      await writeFile(manifest, whole.replace('"photos": 3', '"photos": 4'))
      expect(await run(target, 'restore', backup)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/was changed/),
      })
      await writeFile(manifest, whole)

      const database = target.env.TINTYPE_DATABASE_URL
      await postgres.query(
        `CREATE FUNCTION tintype.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON tintype.idempotency_keys FOR EACH STATEMENT EXECUTE FUNCTION tintype.refuse()`,
        database,
      )
      expect(await run(target, 'restore', backup)).toMatchObject({ code: 2, stdout: '' })
      expect(await postgres.query('SELECT FROM tintype.photos', database)).toEqual([])
      await postgres.query('DROP TRIGGER refuse ON tintype.idempotency_keys', database)

      expect(await run(target, 'restore', backup)).toMatchObject({ code: 0, stderr: '' })
      await using server = await startAt(target)
      await expectWhole(server, sent)
    })
  },
)
