import { appRouter, createCallServer } from '@tintype/api'
import { listRoutes } from '@tintype/http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  credentials,
  expectedStatus,
  procedures,
  routes,
  type Target,
  targets,
  unknownId,
} from '../testing/access-table.ts'
import { serveClosed } from '../testing/serve-closed.ts'

/*
 * Threat B225: every route and procedure with every credential and every kind of photo. Routes and procedures are read from the
 * live app, so that a new one fails until it is listed.
 */

let server: Awaited<ReturnType<typeof serveClosed>>
const running = new AsyncDisposableStack()

beforeAll(async () => {
  server = running.use(await serveClosed())
})
afterAll(() => running.disposeAsync())

describe('B225 the table', () => {
  test('has every route of the live app', () => {
    const { operations, photos, mounts } = listRoutes(server.http)
    const live = [...operations, ...photos].flatMap(({ stack }) =>
      stack.flatMap(({ methods, path }) =>
        methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`),
      ),
    )
    const listed = Object.keys(routes).filter((name) => /^[A-Z]+ /.test(name))
    expect(live.sort()).toEqual(listed.sort())
    expect(Object.keys(mounts)).toEqual(['/trpc', '/static'])
  })

  test('has every procedure of the live router', () => {
    const { procedureTypes } = createCallServer(appRouter, { maxBatchCalls: 1 })
    expect([...procedureTypes.keys()].sort()).toEqual(Object.keys(procedures).sort())
    for (const [name, { send }] of Object.entries(procedures))
      expect([name, procedureTypes.get(name) === 'mutation']).toEqual([
        name,
        send(unknownId).method === 'POST',
      ])
  })
})

describe.each(Object.keys(credentials))('B225 B226 B227 with the credential %s', (credential) => {
  test.each(Object.keys({ ...routes, ...procedures }))('%s', async (name) => {
    const subject = { ...routes, ...procedures }[name]
    if (subject === undefined) throw new Error(`${name} is not listed`)
    const kinds = subject.sees ? (Object.keys(targets) as Target[]) : (['an unknown photo'] as const)
    const answers = new Map<Target, Awaited<ReturnType<typeof server.send>>>()
    for (const kind of kinds) {
      const id = await server.photoOf(kind, name)
      const answer = await server.send(subject.send(id), server.bearerOf(credential))
      answers.set(kind, answer)
      const expected = expectedStatus(credential, subject, kind)
      expect([kind, answer.status], answer.text).toEqual([kind, expected])
      if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      if (answer.status >= 400)
        expect(answer.headers.get('cache-control') ?? 'no-store').toContain('no-store')
    }
    // What a caller may not see reads exactly like what does not exist.
    const unknown = answers.get('an unknown photo')
    for (const { status, text } of answers.values())
      if (status === 404 && subject.sees) expect(text).toBe(unknown?.text)
  })
})

test.each(Object.keys(credentials))(
  'B226 photos.list with the credential %s has only what it may see',
  async (name) => {
    for (const kind of Object.keys(targets) as Target[]) await server.photoOf(kind, 'photos.list')
    const { owner, rights, includesPrivate } = credentials[name] ?? {
      rights: 'refused',
      includesPrivate: false,
    }
    const answer = await server.send(
      procedures['photos.list']?.send('') ?? { path: '' },
      server.bearerOf(name),
    )
    if (typeof rights === 'string' || !rights.has('photos:read'))
      return expect([401, 403]).toContain(answer.status)
    const photos: { owner: string | null; visibility: string }[] = JSON.parse(answer.text).result.data.photos
    expect(photos.length).toBeGreaterThan(0)
    for (const photo of photos) {
      if (owner !== undefined) expect(photo.owner).toBe(owner)
      if (!includesPrivate) expect(photo.visibility).toBe('public')
    }
  },
)
