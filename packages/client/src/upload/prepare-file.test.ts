import type { SystemLimits } from '@tintype/contract'
import { describe, expect, test, vi } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { createUploadQueue } from '../queue/create-upload-queue.ts'
import { accept, openScriptedServer, refuse, type Script, sendJson } from '../testing/scripted-server.ts'
import { named, statesOf, until } from '../testing/upload-snapshots.ts'
import { createUploader } from './create-uploader.ts'
import { prepareFile } from './prepare-file.ts'
import type { UploadProgress } from './track-progress.ts'

const limits = { maxUploadByteSize: 100, formats: ['jpeg', 'png', 'webp'] } as unknown as SystemLimits
const { signal } = new AbortController()
const check = (text: string, known: SystemLimits | null = limits) =>
  prepareFile(new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))]), {
    check: true,
    prepare: undefined,
    limits: known ?? undefined,
    signal,
  })

const answerLimits: Script = ({ response }) =>
  sendJson(response, { status: 200, body: { result: { data: limits } } })

describe('a checked file', () => {
  test.each(['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'RIFF\0\n\r\0WEBPVP8 '])('%j is sent', async (head) => {
    expect((await check(head)).size).toBe(head.length)
  })

  test.each([
    ['', 'EMPTY_FILE', {}],
    ['\xff\xd8\xff'.padEnd(101), 'PAYLOAD_TOO_LARGE', { limit: 100, received: 101 }],
    ['%PDF-1.7', 'NOT_AN_IMAGE', { accepted: limits.formats }],
    ['GIF89a', 'NOT_AN_IMAGE', { accepted: limits.formats }],
  ])('%j is %s', async (text, code, facts) => {
    await expect(check(text)).rejects.toMatchObject({ code, facts, source: 'client' })
  })

  test('is only checked for emptiness if the limits are unknown, and not for a format that is', async () => {
    expect((await check('%PDF', null)).size).toBe(4)
    expect((await check('%PDF', { ...limits, formats: ['jpeg', 'jxl' as 'jpeg'] })).size).toBe(4)
    await expect(check('', null)).rejects.toMatchObject({ code: 'EMPTY_FILE' })
  })
})

describe('an upload', () => {
  test('that is checked reads the limits once, and sends nothing that would be refused', async () => {
    await using server = await openScriptedServer(answerLimits)
    const { upload, uploadAll } = createUploader(server)
    await expect(upload(new Blob(['text']), { check: true })).rejects.toMatchObject({
      code: 'NOT_AN_IMAGE',
      source: 'client',
    })
    const optionsFor = () => ({ check: true })
    const outcomes = await uploadAll([new Blob([]), new Blob(['text'])], { optionsFor })
    expect(outcomes).toMatchObject([{ error: { code: 'EMPTY_FILE' } }, { error: { code: 'NOT_AN_IMAGE' } }])
    expect(server.seen.map((one) => one.url.pathname)).toEqual(['/trpc/system.limits'])
  })

  test('that is prepared sends what it became, once for all attempts', async () => {
    await using server = await openScriptedServer((turn) =>
      (turn.seen.method === 'GET' ? answerLimits : turn.count < 3 ? refuse('OVERLOADED') : accept)(turn),
    )
    const prepared: Blob[] = []
    const steps: string[] = []
    const prepare = (file: Blob) => {
      prepared.push(file)
      steps.push('prepare')
      return new Blob([file, '!'])
    }
    const onProgress = ({ phase, totalBytes }: UploadProgress) => void steps.push(`${phase} ${totalBytes}`)
    const retry = { waitMs: () => 0 }
    await createUploader({ ...server, retry }).upload(new File(['a'], 'a.png'), { prepare, onProgress })
    expect(steps.slice(0, 3)).toEqual(['preparing 1', 'prepare', 'sending 2'])
    const sent = server.seen.filter((one) => one.method === 'POST')
    expect([prepared.length, ...sent.map((one) => one.body)]).toEqual([1, 'a!', 'a!'])
    expect(sent[0]?.headers['content-disposition']).toContain('a.png')
  })

  test.each([
    ['prepare failed', () => Promise.reject(new Error('a bug of the page'))],
    ['prepare returned no file. Expected a File or Blob', () => null as never],
    ['prepare returned no file. Expected a File or Blob', async () => 'text' as never],
  ])('fails: %s', async (message, prepare) => {
    await using server = await openScriptedServer(answerLimits)
    const upload = createUploader(server).upload(new Blob(['text']), { prepare })
    await expect(upload).rejects.toMatchObject({ code: 'INVALID_REQUEST', message })
  })

  test('is sent if the limits cannot be read', async () => {
    await using server = await openScriptedServer((turn) =>
      (turn.seen.method === 'GET' ? refuse('INTERNAL') : accept)(turn),
    )
    expect(await createUploader(server).upload(new Blob(['text']), { check: true })).toBeDefined()
  })
})

describe('a queue', () => {
  test('reads the limits once, and sends nothing that they refuse', async () => {
    await using server = await openScriptedServer((turn) =>
      (turn.seen.method === 'GET' ? answerLimits : accept)(turn),
    )
    const queue = createUploadQueue(createTintypeClient(server), { check: true, concurrency: 1 })
    queue.add([
      ...named('text'),
      new File(['\x89PNG\r\n'], 'a.png', { type: 'image/png' }),
      new File(['%'], 'b'),
    ])
    // `File` writes UTF-8, in which the first byte of a PNG has two
    expect(statesOf(await queue.settled())).toBe('failed failed failed')
    queue.add([new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], 'c.png')])
    expect(statesOf(await queue.settled())).toBe('failed failed failed stored')
    expect(server.seen.map(({ method }) => method)).toEqual(['GET', 'POST'])
  })

  test('sends files unchecked if the server does not say its limits', async () => {
    await using server = await openScriptedServer((turn) =>
      (turn.seen.method === 'GET' ? refuse('FORBIDDEN') : accept)(turn),
    )
    const queue = createUploadQueue(createTintypeClient(server), { check: true })
    queue.add(named('text'))
    expect(statesOf(await queue.settled())).toBe('stored')
  })

  test('prepares each file once, and sends the same bytes in every attempt, under the same name', async () => {
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      if (turn.seen.method === 'GET') return answerLimits(turn)
      await (turn.count === 2 ? refuse('OVERLOADED') : accept)(turn)
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const prepare = vi.fn((file: Blob) => new Blob([file, '!']))
      const queue = createUploadQueue(createUploader(server), { prepare })
      queue.add(named('a'))
      await until(queue, (one) => statesOf(one) === 'waiting')
      vi.advanceTimersByTime(2000)
      const { items, totals } = await queue.settled()
      expect(items).toMatchObject([{ state: 'stored', name: 'a', byteSize: 2 }])
      expect(totals).toMatchObject({ totalBytes: 2, sentBytes: 2 })
      expect(prepare).toHaveBeenCalledOnce()
      const sent = server.seen.filter((one) => one.method === 'POST')
      expect(sent.map(({ body }) => body)).toEqual(['a!', 'a!'])
      expect(sent[0]?.headers['content-disposition']).toBe("attachment; filename*=UTF-8''a")
    } finally {
      vi.useRealTimers()
    }
  })

  test('fails a file whose preparation fails', async () => {
    await using server = await openScriptedServer(accept)
    const prepare = () => Promise.reject(new Error('a bug of the page'))
    const queue = createUploadQueue(createUploader(server), { prepare })
    queue.add(named('a'))
    expect((await queue.settled()).items).toMatchObject([{ error: { code: 'INVALID_REQUEST' } }])
    expect(server.seen.filter((one) => one.method === 'POST')).toEqual([])
  })
})
