import { afterEach, describe, expect, test, vi } from 'vitest'
import { accept, openScriptedServer, photoAt, refuse, type Script } from '../testing/scripted-server.ts'
import { named, statesOf, until } from '../testing/upload-snapshots.ts'
import { createUploader } from '../upload/create-uploader.ts'
import { createUploadQueue } from './create-upload-queue.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Answers when it is opened, and counts who waits. */
function openGate(script: Script = accept) {
  const opened = Promise.withResolvers<void>()
  let waiting = 0
  const gate: Script = async (turn) => {
    await turn.whole
    waiting++
    await opened.promise
    await script(turn)
  }
  return { gate, open: opened.resolve, waiting: () => waiting }
}

describe('a queue', () => {
  test('stores every file, with its photo, and is idle then', async () => {
    await using server = await openScriptedServer(accept)
    const queue = createUploadQueue(createUploader(server))
    expect(queue.getSnapshot()).toMatchObject({
      items: [],
      status: 'idle',
      totals: { count: 0, fraction: 0 },
    })
    const ids = queue.add(named('a', 'bb', 'ccc'), { tags: ['holiday'] })
    expect(new Set(ids).size).toBe(3)
    expect(queue.getSnapshot()).toMatchObject({ status: 'running', totals: { count: 3, totalBytes: 6 } })
    const { items, totals, status } = await queue.settled()
    expect(items).toMatchObject(
      ['a', 'bb', 'ccc'].map((name, index) => ({
        id: ids[index],
        name,
        byteSize: name.length,
        state: 'stored',
        fraction: 1,
        photo: photoAt(server),
      })),
    )
    expect(totals).toMatchObject({ count: 3, stored: 3, failed: 0, sentBytes: 6, totalBytes: 6, fraction: 1 })
    expect(status).toBe('idle')
    expect(server.seen.map(({ url }) => url.searchParams.get('tags'))).toEqual(Array(3).fill('holiday'))
    expect(await queue.settled()).toBe(queue.getSnapshot())
  })

  test('sends three files at once, or as many as it should', async () => {
    for (const [concurrency, width] of [
      [undefined, 3],
      [1, 1],
      [20, 8],
    ] as const) {
      const { gate, open, waiting } = openGate()
      await using server = await openScriptedServer(gate)
      const queue = createUploadQueue(createUploader(server), { concurrency })
      queue.add(Array.from({ length: 12 }, (_, index) => new Blob([`${index}`])))
      await vi.waitUntil(() => waiting() === width)
      const { items } = await until(queue, (one) => one.items.filter(isProcessing).length === width)
      expect(items.filter(({ state }) => state === 'queued')).toHaveLength(12 - width)
      open()
      expect((await queue.settled()).totals.stored).toBe(12)
    }
  })
  const isProcessing = ({ state }: { state: string }) => state === 'processing'

  test('goes on after a file that is refused, which can be retried', async () => {
    let isRight = false
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      await (turn.seen.body === 'bad' && !isRight ? refuse('NOT_AN_IMAGE') : accept)(turn)
    })
    const queue = createUploadQueue(createUploader(server), { concurrency: 1 })
    const [, bad = ''] = queue.add(named('a', 'bad', 'b'))
    const snapshot = await queue.settled()
    expect(statesOf(snapshot)).toBe('stored failed stored')
    expect(snapshot.items[1]).toMatchObject({ error: { code: 'NOT_AN_IMAGE' } })
    expect(snapshot.totals).toMatchObject({ count: 3, stored: 2, failed: 1, totalBytes: 2, fraction: 1 })
    isRight = true
    queue.retry(bad)
    expect(statesOf(await queue.settled())).toBe('stored stored stored')
    const keys = server.seen.filter(({ body }) => body === 'bad').map((one) => one.headers['idempotency-key'])
    expect(keys[1]).toBe(keys[0])
  })

  test('adds no file twice, unless it failed or was cancelled', async () => {
    const { gate, open } = openGate()
    await using server = await openScriptedServer(gate)
    const queue = createUploadQueue(createUploader(server))
    const file = new File(['a'], 'a', { lastModified: 1 })
    const [id] = queue.add([file])
    expect(
      queue.add([new File(['b'], 'a', { lastModified: 1 }), new File(['a'], 'a', { lastModified: 2 })]),
    ).toEqual([id, expect.not.stringMatching(`^${id}$`)])
    expect(queue.add([new Blob(['a']), new Blob(['a'])])).toHaveLength(2)
    expect(queue.getSnapshot().items).toHaveLength(4)
    queue.cancel(id)
    queue.add([file])
    expect(queue.getSnapshot().items).toHaveLength(5)
    queue.remove(id ?? '')
    queue.add([file])
    expect(queue.getSnapshot().items).toHaveLength(4)
    open()
    expect((await queue.settled()).totals).toMatchObject({ count: 4, stored: 4 })
  })

  test('fails a file whose options fail, and no other', async () => {
    await using server = await openScriptedServer(accept)
    const queue = createUploadQueue(createUploader(server), {
      optionsFor(file) {
        if ((file as File).name === 'a') throw new Error('a bug of the page')
        return { title: (file as File).name, alt: 'of the queue' }
      },
    })
    queue.add(named('a', 'b'), { alt: 'of the call' })
    const { items } = await queue.settled()
    expect(items).toMatchObject([
      { state: 'failed', error: { code: 'INVALID_REQUEST' } },
      { state: 'stored' },
    ])
    expect(server.seen.map(({ url }) => url.search)).toEqual(['?title=b&alt=of+the+call'])
  })
})

describe('snapshots', () => {
  test('reach every listener, also after one that throws', async () => {
    await using server = await openScriptedServer(accept)
    const queue = createUploadQueue(createUploader(server))
    const lost = new Error('a bug of the page')
    const uncaught = new Set<unknown>()
    vi.stubGlobal('queueMicrotask', (task: () => void) => {
      void Promise.resolve()
        .then(task)
        .catch((error) => uncaught.add(error))
    })
    queue.subscribe(() => {
      throw lost
    })
    queue.add(named('a'))
    expect((await queue.settled()).totals.stored).toBe(1)
    expect(uncaught).toEqual(new Set([lost]))
  })

  test('never change, and an unchanged item stays the same object', async () => {
    const { gate, open, waiting } = openGate()
    await using server = await openScriptedServer(gate)
    const queue = createUploadQueue(createUploader(server), { concurrency: 1 })
    queue.pause()
    queue.add(named('a', 'b'))
    const first = queue.getSnapshot()
    expect(queue.getSnapshot()).toBe(first)
    queue.resume()
    await vi.waitUntil(() => waiting() === 1)
    const second = await until(queue, (one) => one.items[0]?.state === 'processing')
    expect(statesOf(first)).toBe('queued queued')
    expect(second).not.toBe(first)
    expect(second.items[1]).toBe(first.items[1])
    open()
    await queue.settled()
    expect(statesOf(second)).toBe('processing queued')
  })

  test('are announced at most ten times a second for progress, and once for a burst of changes', async () => {
    await using server = await openScriptedServer(accept)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const queue = createUploadQueue(createUploader(server))
    const seen: string[] = []
    queue.subscribe(() => void seen.push(statesOf(queue.getSnapshot())))
    queue.add([new Blob([new Uint8Array(3_000_000)])])
    await queue.settled()
    // the timer for progress never fired
    expect(seen).toEqual(
      ['queued', 'preparing', 'sending', 'processing', 'stored'].filter((one) => seen.includes(one)),
    )
    seen.length = 0
    queue.pause()
    await Promise.resolve()
    seen.length = 0
    queue.add(Array.from({ length: 1000 }, (_, index) => new Blob([`${index}`])))
    await Promise.resolve()
    expect(seen).toHaveLength(1)
    queue.close()
  })
})

describe('a queue can be', () => {
  test('paused and resumed: what was being sent is sent again, with the same key', async () => {
    const { gate, open, waiting } = openGate()
    await using server = await openScriptedServer((turn) => (turn.count > 1 ? accept(turn) : gate(turn)))
    const queue = createUploadQueue(createUploader(server), { concurrency: 1 })
    queue.add(named('a', 'b'))
    await vi.waitUntil(() => waiting() === 1)
    queue.pause()
    expect(queue.getSnapshot()).toMatchObject({ status: 'paused' })
    expect(statesOf(queue.getSnapshot())).toBe('paused queued')
    await vi.waitUntil(() => server.seen[0]?.isCutOff)
    queue.resume()
    expect(statesOf(await queue.settled())).toBe('stored stored')
    open()
    const [first, second] = server.seen
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key'])
    expect(server.seen).toHaveLength(3)
  })

  test('paused right after a file was cancelled, which stays cancelled', async () => {
    const { gate, open, waiting } = openGate()
    await using server = await openScriptedServer(gate)
    const queue = createUploadQueue(createUploader(server), { concurrency: 2 })
    const [a = ''] = queue.add(named('a', 'b'))
    await vi.waitUntil(() => waiting() === 2)
    queue.cancel(a)
    queue.pause()
    expect(statesOf(queue.getSnapshot())).toBe('cancelled paused')
    open()
    queue.resume()
    expect(statesOf(await queue.settled())).toBe('cancelled stored')
  })

  test('cancelled in part or whole, and forgets what it should', async () => {
    const { gate, open, waiting } = openGate()
    await using server = await openScriptedServer(gate)
    const queue = createUploadQueue(createUploader(server), { concurrency: 1 })
    const [a = '', b = '', c = ''] = queue.add(named('a', 'b', 'c', 'd'))
    await vi.waitUntil(() => waiting() === 1)
    queue.cancel(a)
    queue.remove(b)
    queue.cancel(c)
    queue.retry(c)
    open()
    expect(statesOf(await queue.settled())).toBe('cancelled stored stored')
    expect(queue.getSnapshot().totals).toMatchObject({ count: 2, stored: 2 })
    queue.remove(c)
    queue.retry(a)
    expect(statesOf(await queue.settled())).toBe('stored stored')
    queue.clear()
    expect(queue.getSnapshot()).toMatchObject({ items: [], totals: { count: 0, stored: 0, totalBytes: 0 } })
  })

  test('closed: everything ends, nothing more is sent, and nothing more is accepted', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const queue = createUploadQueue(createUploader(server))
    queue.add(named('a', 'b', 'c', 'd'))
    await until(queue, (one) => statesOf(one) === 'waiting waiting waiting queued')
    queue.close()
    expect(statesOf(await queue.settled())).toBe('cancelled cancelled cancelled cancelled')
    vi.advanceTimersByTime(3_600_000)
    expect(server.seen).toHaveLength(3)
    expect(() => queue.add(named('e'))).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })

  test.each([
    new File(['a'], 'a'),
    null,
    undefined,
    5,
    'path',
    [new File(['a'], 'a'), null],
    [new File(['a'], 'a'), { uri: 'file:///a.jpg' }],
    failing(),
  ])('refuses %o, which is no list of files, and adds none of it', (files) => {
    const queue = createUploadQueue(createUploader({ url: 'http://nowhere.invalid' }))
    const expected = { code: 'INVALID_REQUEST', message: 'Expected an iterable of photos' }
    expect(() => queue.add(files as never)).toThrow(expect.objectContaining(expected))
    expect(queue.getSnapshot().items).toEqual([])
  })
  function* failing() {
    yield new File(['a'], 'a')
    throw new Error('The directory was removed')
  }
})

test('holds 10 000 files, each with the same small cost', async () => {
  await using server = await openScriptedServer(accept)
  const queue = createUploadQueue(createUploader(server), { concurrency: 1 })
  queue.pause()
  queue.add(Array.from({ length: 10_000 }, (_, index) => new File(['a'], `${index}`)))
  const before = queue.getSnapshot()
  expect(before.totals).toMatchObject({ count: 10_000, totalBytes: 10_000 })
  queue.cancel(before.items[9999]?.id)
  const after = queue.getSnapshot()
  expect(after.items.filter((item, index) => item !== before.items[index])).toHaveLength(1)
  queue.close()
  expect((await queue.settled()).totals.count).toBe(0)
})
