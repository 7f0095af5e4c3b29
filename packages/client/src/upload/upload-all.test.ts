import { describe, expect, test } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import {
  accept,
  openScriptedServer,
  refuse,
  type Script,
  samplePhoto,
  sendJson,
} from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'
import type { UploadAllProgress } from './track-all.ts'

const named = (...names: string[]) => names.map((name) => new File([name], name))

/** Answers with a photo named by the bytes that came; refuses those that say so. */
const echo: Script = async (turn) => {
  await turn.whole
  if (turn.seen.body.startsWith('bad')) return refuse('NOT_AN_IMAGE')(turn)
  sendJson(turn.response, { status: 201, body: { ...samplePhoto, filename: turn.seen.body } })
}

/** Holds requests back until as many as expected are there at once. */
function openGate(width: number) {
  const held: (() => void)[] = []
  let mostAtOnce = 0
  let isOpen = false
  const script: Script = async (turn) => {
    await turn.whole
    await new Promise<void>((resolve) => {
      held.push(resolve)
      mostAtOnce = Math.max(mostAtOnce, held.length)
      isOpen ||= held.length === width
      if (isOpen) queueMicrotask(() => held.shift()?.())
      if (held.length === width) for (const go of held.splice(0)) go()
    })
    await accept(turn)
  }
  return { script, mostAtOnce: () => mostAtOnce }
}

describe('outcomes', () => {
  test('one for each input, in their order, also for twins and failures', async () => {
    await using server = await openScriptedServer(echo)
    const files = named('a', 'bad', 'twin', 'twin', 'b')
    const withoutOptions = null as never // as untyped callers write it
    const outcomes = await createUploader(server).uploadAll(files, withoutOptions)
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', photo: { filename: 'a' } },
      { status: 'rejected', error: { code: 'NOT_AN_IMAGE' } },
      { status: 'fulfilled', photo: { filename: 'twin' } },
      { status: 'fulfilled', photo: { filename: 'twin' } },
      { status: 'fulfilled', photo: { filename: 'b' } },
    ])
    for (const [index, outcome] of outcomes.entries()) expect(outcome.input).toBe(files[index])
  })

  test('in the order of inputs, though the first answer comes last', async () => {
    const others = Promise.withResolvers<void>()
    let answered = 0
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      if (turn.seen.body === 'first') await others.promise
      await echo(turn)
      if (++answered === 2) others.resolve()
    })
    const outcomes = await createUploader(server).uploadAll(named('first', 'second', 'third'))
    expect(outcomes.map((one) => one.status === 'fulfilled' && one.photo.filename)).toEqual([
      'first',
      'second',
      'third',
    ])
  })

  test('none for no inputs', async () => {
    expect(await createUploader({ url: 'http://nowhere.invalid' }).uploadAll([])).toEqual([])
  })

  test('each with its own description', async () => {
    await using server = await openScriptedServer(echo)
    const optionsFor = (file: File, index: number) => ({ title: `${index}: ${file.name}` })
    await createUploader(server).uploadAll(named('a', 'b'), { optionsFor, concurrency: 1 })
    expect(server.seen.map((one) => one.url.searchParams.get('title'))).toEqual(['0: a', '1: b'])
  })

  test('reported one by one, as soon as they are known', async () => {
    const reported: string[] = []
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      if (turn.count === 2) expect(reported).toEqual(['0 fulfilled'])
      await echo(turn)
    })
    await createUploader(server).uploadAll(named('a', 'bad'), {
      concurrency: 1,
      onOutcome: ({ index, outcome }) => void reported.push(`${index} ${outcome.status}`),
    })
    expect(reported).toEqual(['0 fulfilled', '1 rejected'])
  })

  test('rejected if its options fail', async () => {
    await using server = await openScriptedServer(echo)
    const optionsFor = (file: File) => {
      if (file.name === 'a') throw new Error('a bug of the page')
      return {}
    }
    const outcomes = await createUploader(server).uploadAll(named('a', 'b'), { optionsFor })
    expect(outcomes).toMatchObject([{ error: { code: 'INVALID_REQUEST' } }, { status: 'fulfilled' }])
  })
})

describe('concurrency', () => {
  const files = Array.from({ length: 20 }, (_, index) => new File([String(index)], String(index)))

  test.each([
    [undefined, 3],
    [1, 1],
    [8, 8],
    [100, 8],
    [0, 1],
    [Number.NaN, 1],
    ['many' as never, 1],
    [2.9, 2],
  ])('of %o sends %i at once, and no more', async (concurrency, width) => {
    const gate = openGate(width)
    await using server = await openScriptedServer(gate.script)
    const outcomes = await createUploader(server).uploadAll(files, { concurrency })
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(20)
    expect(gate.mostAtOnce()).toBe(width)
  })
})

describe('an async iterable', () => {
  test('is read one step at a time, as far as it is needed', async () => {
    let isReading = false
    let read = 0
    const inputs: AsyncIterable<Blob> = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          expect(isReading).toBe(false)
          isReading = true
          await Promise.resolve()
          isReading = false
          return read++ < 6
            ? { done: false, value: new Blob([String(read)]) }
            : { done: true, value: undefined }
        },
      }),
    }
    const readAtFirst: number[] = []
    await using server = await openScriptedServer(async (turn) => {
      readAtFirst.push(read)
      await echo(turn)
    })
    const outcomes = await createUploader(server).uploadAll(inputs, { concurrency: 2 })
    expect(outcomes.map((one) => one.status === 'fulfilled' && one.photo.filename)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ])
    expect(readAtFirst[0]).toBeLessThanOrEqual(2)
  })

  test('that fails fails the call, after the uploads that had begun', async () => {
    const answered: string[] = []
    await using server = await openScriptedServer(async (turn) => {
      await echo(turn)
      answered.push(turn.seen.body)
    })
    async function* failing() {
      yield new Blob(['a'])
      throw new Error('the list is gone')
    }
    const error = await failureOf(createUploader(server).uploadAll(failing()))
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', cause: new Error('the list is gone') })
    expect(answered).toEqual(['a'])
  })
})

describe('abort', () => {
  test('cancels requests that are being sent, sends nothing more, and gives every input an outcome', async () => {
    const controller = new AbortController()
    await using server = await openScriptedServer(async (turn) => {
      if (turn.count === 1) return echo(turn)
      controller.abort()
    })
    const options = { signal: controller.signal, concurrency: 1 }
    const outcomes = await createUploader(server).uploadAll(named('a', 'b', 'c', 'd'), options)
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', error: { code: 'ABORTED' } },
      { status: 'rejected', error: { code: 'ABORTED' } },
      { status: 'rejected', error: { code: 'ABORTED' } },
    ])
    expect(server.seen).toHaveLength(2)
  })

  test('of one file does not affect the others', async () => {
    const controllers = [new AbortController(), new AbortController()]
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      if (turn.seen.body === 'a') return controllers[0]?.abort()
      await echo(turn)
    })
    for (const all of [undefined, new AbortController().signal]) {
      controllers[0] = new AbortController()
      const outcomes = await createUploader(server).uploadAll(named('a', 'b'), {
        signal: all,
        optionsFor: (_, index) => ({ signal: controllers[index]?.signal }),
      })
      expect(outcomes).toMatchObject([{ error: { code: 'ABORTED' } }, { status: 'fulfilled' }])
    }
  })

  test('reads no further in an async iterable that waits, and closes it', async () => {
    const controller = new AbortController()
    const closed = Promise.withResolvers<void>()
    const inputs: AsyncIterable<Blob> = {
      [Symbol.asyncIterator]: () => ({
        next() {
          queueMicrotask(() => controller.abort())
          return new Promise(() => {})
        },
        async return() {
          closed.resolve()
          return { done: true, value: undefined }
        },
      }),
    }
    const { uploadAll } = createUploader({ url: 'http://nowhere.invalid' })
    expect(await uploadAll(inputs, controller)).toEqual([])
    await closed.promise
  })
})

describe('progress', () => {
  async function record(inputs: Iterable<Blob> | AsyncIterable<Blob>) {
    const seen: UploadAllProgress[] = []
    await using server = await openScriptedServer(echo)
    await createUploader(server).uploadAll(inputs, { onProgress: (one) => void seen.push(one) })
    return seen
  }

  test('of each file by its index, and of all', async () => {
    const seen = await record([...named('a', 'bad'), new Blob([new Uint8Array(500_000)])])
    const overall = seen.map((one) => one.overall.fraction)
    expect(overall).toEqual(overall.toSorted((a, b) => a - b))
    expect(overall.filter((one) => one === 1)).toHaveLength(1)
    expect(seen.at(-1)?.overall).toEqual({ settledCount: 3, totalCount: 3, fraction: 1 })
    const last = [0, 1, 2].map((index) => seen.findLast((one) => one.index === index))
    expect(last.map((one) => one?.fraction)).toEqual([1, 0.99, 1])
    expect(last[2]).toMatchObject({ sentBytes: 500_000, totalBytes: 500_000 })
  })

  test('of an async iterable, whose length is unknown until its end', async () => {
    async function* generate() {
      yield* named('a', 'b')
    }
    const seen = await record(generate())
    expect(seen[0]?.overall).toEqual({ settledCount: 0, totalCount: undefined, fraction: 0 })
    expect(seen.at(-1)?.overall).toEqual({ settledCount: 2, totalCount: 2, fraction: 1 })
  })
})
