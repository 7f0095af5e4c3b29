import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownerSubject } from '../../access-catalog.ts'
import type { PhotoCatalog, PhotoRecord } from '../../photo-catalog.ts'
import { samplePhoto } from '../../testing/sample-photo.ts'
import { hasPostgres } from '../../testing/start-postgres.ts'
import { isOutcomeUnknown } from '../../unknown-outcome.ts'
import { openPostgresCatalog } from '../postgres.ts'
import { startCatalogs, type TestCatalogs } from './testing/start-catalogs.ts'

let catalogs: TestCatalogs
beforeAll(async () => {
  catalogs = await startCatalogs()
})
afterAll(() => catalogs?.[Symbol.asyncDispose]())

const grant = { id: 'grant', uses: 1, expiresAt: '2026-06-01T00:00:00.000Z' }

/** Forwards connections to the server, and can lose an answer of it. */
async function startProxy(serverPort: number) {
  let armed: string | undefined
  let cuts = 0
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1')
    let isDoomed = false
    client.on('data', (chunk: Buffer) => {
      if (armed !== undefined && chunk.includes(armed)) {
        armed = undefined
        isDoomed = true
      }
      server.write(chunk)
    })
    server.on('data', (chunk: Buffer) => {
      if (!isDoomed) return client.write(chunk)
      cuts += 1
      return client.destroy()
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    port: (proxy.address() as AddressInfo).port,
    /** The server's answer to the next packet with this text is dropped, and the connection is closed. */
    loseAnswerTo(text: string) {
      armed = text
    },
    get cuts() {
      return cuts
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}

async function openThroughProxy() {
  const proxy = await startProxy(Number(new URL(catalogs.url).port))
  // One connection, which is there already when its answer is lost.
  const opened = await catalogs.open({ port: proxy.port, poolSize: 1 })
  await opened.catalog.count()
  return { ...opened, proxy, [Symbol.asyncDispose]: () => closeBoth(opened, proxy) }
}

async function closeBoth(...both: readonly AsyncDisposable[]) {
  for (const one of both) await one[Symbol.asyncDispose]()
}

describe.skipIf(!hasPostgres)('a connection that is lost', () => {
  test.each([
    {},
    { idempotency: { owner: '', key: 'key' } },
    { grant },
    { quotas: [{ subject: 'owner:a', maxPhotos: 1 }] },
  ])('B195 an insert whose answer is lost is found by its repetition, with %j', async (options) => {
    await using opened = await openThroughProxy()
    const photo = samplePhoto({ owner: 'a' })
    opened.proxy.loseAnswerTo('INSERT INTO')
    expect(await opened.catalog.insert(photo, options)).toStrictEqual({ status: 'inserted' })
    expect(opened.proxy.cuts).toBe(1)
    expect((await opened.catalog.list({ limit: 9 })).photos).toStrictEqual([photo])
    expect(await opened.catalog.findUsage('owner:a')).toMatchObject({ photos: 1 })
  })

  test('B195 an insert of a taken id whose answer is lost is not taken for its own', async () => {
    await using opened = await openThroughProxy()
    const photo = samplePhoto()
    await opened.catalog.insert(photo)
    opened.proxy.loseAnswerTo('INSERT INTO')
    const rival = samplePhoto({ id: photo.id })
    expect(await opened.catalog.insert(rival)).toStrictEqual({ status: 'id-taken' })
    expect(opened.proxy.cuts).toBe(1)
  })

  test('B195 a change whose COMMIT gets no answer is not repeated, and its outcome is unknown', async () => {
    await using opened = await openThroughProxy()
    const photo = samplePhoto()
    await opened.catalog.insert(photo)
    opened.proxy.loseAnswerTo('COMMIT')
    const failure: unknown = await opened.catalog.delete(photo.id).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'CATALOG_UNAVAILABLE', retryAfterSeconds: 1 })
    expect(isOutcomeUnknown(failure)).toBe(true)
    expect(await opened.catalog.get(photo.id)).toBeUndefined()
  })

  test('a change that loses its connection before COMMIT, and a read, are repeated', async () => {
    await using opened = await openThroughProxy()
    const photo = samplePhoto()
    await opened.catalog.insert(photo)
    opened.proxy.loseAnswerTo('UPDATE')
    expect(await opened.catalog.update(photo.id, { title: 'new' })).toMatchObject({ title: 'new' })
    opened.proxy.loseAnswerTo('SELECT')
    expect(await opened.catalog.get(photo.id)).toMatchObject({ title: 'new' })
    expect(opened.proxy.cuts).toBe(2)
  })

  test('B195 an insert whose session is ended while it waits uses its grant once', async () => {
    // Without the time limits of sessions: the machine may be slow.
    await using opened = await catalogs.open({ isPooled: true })
    const { catalog, options } = opened
    const { server, url } = catalogs
    const waiting = `FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '${options.database}'`
    const untilOneWaits = async () => {
      for (;;) if ((await server.query(`SELECT pid ${waiting}`)).length === 1) return
    }
    const photo = samplePhoto()
    let inserting: Promise<unknown>
    {
      await using _ = await server.hold(`LOCK TABLE ${options.schema}.photos IN EXCLUSIVE MODE`, url)
      inserting = catalog.insert(photo, { grant, idempotency: { owner: '', key: 'key' } })
      await untilOneWaits()
      await server.query(`SELECT pg_terminate_backend(pid) ${waiting}`)
      await untilOneWaits()
    }
    expect(await inserting).toStrictEqual({ status: 'inserted' })
    expect(await catalog.getByIdempotencyKey({ owner: '', key: 'key' })).toStrictEqual(photo)
    expect(await catalog.insert(samplePhoto(), { grant })).toStrictEqual({ status: 'grant-used-up' })
  })

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'B195 B196 uploads go on while the server ends with %s and comes back: what was acknowledged is there, what was refused is not',
    async (signal) => {
      await using own = await startCatalogs()
      await using opened = await own.open()
      const { catalog } = opened
      const uploadedOne = Promise.withResolvers<void>()
      let isBack = false
      const results: { readonly id: string; readonly outcome: Outcome }[] = []
      const uploadUntilBack = async () => {
        for (let isDone = false; !isDone; await nextTurn()) {
          const wasBack = isBack
          const photo = samplePhoto({ owner: 'alice', byteSize: 1 })
          const outcome = await insertAndSay(catalog, photo)
          results.push({ id: photo.id, outcome })
          uploadedOne.resolve()
          isDone = wasBack && outcome === 'inserted'
        }
      }
      const restart = async () => {
        await uploadedOne.promise
        await own.server.stop(signal)
        await own.server.start()
        isBack = true
      }
      await Promise.all([restart(), ...Array.from({ length: 8 }, uploadUntilBack)])
      const stored = await listAll(catalog)
      for (const { id, outcome } of results)
        if (outcome !== 'unknown') expect(stored.has(id), outcome).toBe(outcome === 'inserted')
      const usage = { photos: stored.size, bytes: stored.size }
      expect(await catalog.findUsage(ownerSubject('alice'))).toStrictEqual(usage)
    },
  )

  test('a catalog that closes while its server is away does not wait for it', async () => {
    await using own = await startCatalogs()
    const options = own.newOptions()
    const catalog = await openPostgresCatalog(options)
    await own.server.stop('SIGINT')
    const reading = expect(catalog.count()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
    await catalog[Symbol.asyncDispose]()
    await reading
  })
})

type Outcome = 'inserted' | 'refused' | 'unknown'

async function insertAndSay(catalog: PhotoCatalog, photo: PhotoRecord): Promise<Outcome> {
  try {
    expect(await catalog.insert(photo)).toStrictEqual({ status: 'inserted' })
    return 'inserted'
  } catch (error) {
    expect(error).toMatchObject({ name: 'TintypeError', code: 'CATALOG_UNAVAILABLE' })
    return isOutcomeUnknown(error) ? 'unknown' : 'refused'
  }
}

async function listAll(catalog: PhotoCatalog): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await catalog.list({ limit: 100, cursor })
    for (const { id } of page.photos) ids.add(id)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return ids
}
