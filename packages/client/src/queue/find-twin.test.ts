import { createHash } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import {
  accept,
  openScriptedServer,
  refuse,
  type Script,
  samplePhoto,
  sendJson,
} from '../testing/scripted-server.ts'
import { named, statesOf } from '../testing/upload-snapshots.ts'
import { createUploader } from '../upload/create-uploader.ts'
import { createUploadQueue } from './create-upload-queue.ts'

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** A server whose library has the files with these texts, unless it refuses the question. */
async function openLibrary(texts: readonly string[], { refusal }: { readonly refusal?: Script } = {}) {
  const held = new Map(texts.map((text) => [digestOf(text), { ...samplePhoto, sha256: digestOf(text) }]))
  const server = await openScriptedServer(async (turn) => {
    const { url, method } = turn.seen
    if (method === 'POST') return accept(turn)
    if (!url.pathname.endsWith('findByDigest')) return refuse('ROUTE_NOT_FOUND')(turn)
    if (refusal) return refusal(turn)
    const calls: { readonly sha256: string[] }[] = Object.values(
      JSON.parse(url.searchParams.get('input') ?? ''),
    )
    const answers = calls.map(({ sha256 }) => sha256.flatMap((one) => held.get(one) ?? []))
    sendJson(turn.response, { status: 200, body: answers.map((data) => ({ result: { data } })) })
  })
  return {
    ...server,
    sent: () => server.seen.filter(({ method }) => method === 'POST').map(({ body }) => body),
    questions: () => server.seen.filter(({ url }) => url.pathname.endsWith('findByDigest')).length,
  }
}

test('files that the library has are skipped, with their photo, and can be sent all the same', async () => {
  await using server = await openLibrary(['b'])
  const queue = createUploadQueue(createTintypeClient(server), { skipHeld: true })
  const [, b = ''] = queue.add(named('a', 'b', 'c'))
  const { items, totals, status } = await queue.settled()
  expect(items.map(({ state }) => state)).toEqual(['stored', 'skipped', 'stored'])
  expect(items[1]?.twin).toMatchObject({
    photo: { sha256: digestOf('b'), url: `${server.url}${samplePhoto.url}` },
  })
  expect(totals).toMatchObject({ count: 3, stored: 2, skipped: 1, failed: 0, totalBytes: 2, fraction: 1 })
  expect([status, server.sent().sort()]).toEqual(['idle', ['a', 'c']])

  queue.retry()
  expect(statesOf(queue.getSnapshot())).toBe('stored skipped stored')
  queue.retry(b)
  expect((await queue.settled()).items[1]).toMatchObject({ state: 'stored', twin: undefined })
  expect(server.sent().sort()).toEqual(['a', 'b', 'c'])
})

test('of files with the same bytes one is sent, whatever their names, also by an uploader', async () => {
  await using server = await openLibrary([])
  const queue = createUploadQueue(createUploader(server), { skipHeld: true, concurrency: 1 })
  const ids = queue.add([new File(['a'], 'a'), new File(['a'], 'copy of a'), new Blob(['a'])])
  const { items } = await queue.settled()
  expect(items.map(({ state, twin }) => [state, twin])).toEqual([
    ['stored', undefined],
    ['skipped', { id: ids[0] }],
    ['skipped', { id: ids[0] }],
  ])
  queue.clear()
  expect(queue.getSnapshot().items).toEqual([])
  queue.add([new File(['a'], 'a again')])
  expect(statesOf(await queue.settled())).toBe('stored')
  expect([server.sent(), server.questions()]).toEqual([['a', 'a'], 0])
})

test('a file is sent if another one with its bytes failed', async () => {
  await using server = await openScriptedServer(refuse('NOT_AN_IMAGE'))
  const queue = createUploadQueue(createUploader(server), { skipHeld: true, concurrency: 1 })
  queue.add([new File(['a'], 'a'), new File(['a'], 'b')])
  expect(statesOf(await queue.settled())).toBe('failed failed')
})

test('digests that are known are not computed again, and the library is asked about 80 at once', async () => {
  const names = Array.from({ length: 100 }, (_, at) => `file ${at}`)
  await using server = await openLibrary(names)
  const digests = new Map<string, string>()
  const files = names.map((name) => new File([name], name, { lastModified: 7 }))
  const add = async () => {
    const queue = createUploadQueue(createTintypeClient(server), { skipHeld: true, concurrency: 1, digests })
    queue.add(files)
    return queue.settled()
  }
  expect((await add()).totals).toMatchObject({ skipped: 100 })
  expect([digests.size, digests.get('file 3/6/7')]).toEqual([100, digestOf('file 3')])
  const before = server.questions()
  const hash = vi.spyOn(crypto.subtle, 'digest')
  expect((await add()).totals).toMatchObject({ skipped: 100 })
  expect([server.questions() - before, hash.mock.calls.length, server.sent()]).toEqual([2, 0, []])
  hash.mockRestore()
})

test('the digest is that of the prepared file, and is not kept for the chosen one', async () => {
  await using server = await openLibrary(['A'])
  const digests = new Map<string, string>()
  const queue = createUploadQueue(createTintypeClient(server), {
    skipHeld: true,
    digests,
    prepare: async (file) => new Blob([(await file.text()).toUpperCase()]),
  })
  queue.add(named('a', 'b'))
  expect(statesOf(await queue.settled())).toBe('skipped stored')
  expect([server.sent(), digests.size]).toEqual([['B'], 0])
})

test.each([
  ['the caller may not list photos', refuse('FORBIDDEN')],
  ['the server is older', refuse('ROUTE_NOT_FOUND')],
] as const)('files are sent, and the library is asked once, if %s', async (_, refusal) => {
  await using server = await openLibrary(['a'], { refusal })
  const queue = createUploadQueue(createTintypeClient(server), { skipHeld: true, concurrency: 1 })
  queue.add(named('a', 'b'))
  expect(statesOf(await queue.settled())).toBe('stored stored')
  expect(server.questions()).toBe(1)
})

test('a file is sent if it is too large to be hashed, or the page is not in a secure context', async () => {
  await using server = await openLibrary(['a'])
  const queue = createUploadQueue(createTintypeClient(server), { skipHeld: true })
  const large = new Blob([new Uint8Array(64 * 1024 ** 2 + 1)])
  vi.stubGlobal('crypto', {})
  try {
    queue.add([...named('a'), large])
    expect(statesOf(await queue.settled())).toBe('stored stored')
  } finally {
    vi.unstubAllGlobals()
  }
  expect(server.questions()).toBe(0)
})

test('a file is sent if the answer takes longer than three seconds', async () => {
  await using server = await openLibrary(['a'], { refusal: () => {} })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const queue = createUploadQueue(createTintypeClient(server), { skipHeld: true })
    queue.add(named('a'))
    await vi.waitUntil(() => {
      vi.advanceTimersByTime(0)
      return server.questions() === 1
    })
    vi.advanceTimersByTime(3000)
    expect(statesOf(await queue.settled())).toBe('stored')
  } finally {
    vi.useRealTimers()
  }
})
