import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { beforeAll, expect, test, vi } from 'vitest'
import { createImaging, type Imaging, type ImagingOptions } from '../imaging.ts'
import { makeFlatJpeg, makeImage, thumbnailTarget, unhurried } from '../testing/index.ts'
import type { DecoderLoss } from './decoder-loss.ts'

const isLinux = process.platform === 'linux'
const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 }

function openImaging(options: Partial<ImagingOptions> = {}) {
  const losses: DecoderLoss[] = []
  const onDecoderLost = (loss: DecoderLoss) => losses.push(loss)
  const usual = { ...unhurried, limits, concurrency: 1, queueLength: 100, onDecoderLost }
  const imaging = createImaging({ ...usual, ...options })
  return { imaging, losses, [Symbol.asyncDispose]: () => imaging[Symbol.asyncDispose]() }
}

/** Starts the only decoder, and returns the id of its process when it has answered. */
async function startDecoder(imaging: Imaging): Promise<number> {
  await imaging.render(tinyImage, thumbnailTarget)
  const [pid] = imaging.load().decoders
  if (pid === undefined) throw new Error('no decoder was started')
  return pid
}

/** A progressive JPEG of 100 million pixels: more than 600 MB to decode, most of that from the beginning to the end. */
const costlyImage = makeFlatJpeg({ width: 10_000, height: 10_000, components: 3 })
let tinyImage: Uint8Array

beforeAll(async () => {
  tinyImage = await makeImage({ width: 8, height: 8, format: 'jpeg' })
})

test('B143 a decoder killed in the middle of an image costs a second try, and its client does not notice', async () => {
  await using opened = openImaging()
  const image = await makeImage({ width: 400, height: 200, format: 'jpeg' })
  const pid = await startDecoder(opened.imaging)
  const running = opened.imaging.inspect(image, 'jpeg', { thumbnail: thumbnailTarget })
  const waiting = opened.imaging.render(image, { width: 100, fit: 'inside', format: 'webp' })
  process.kill(pid, 'SIGKILL')
  await expect(running).resolves.toMatchObject({ width: 400, height: 200 })
  await expect(waiting).resolves.toMatchObject({ width: 100, height: 50 })
  expect(opened.losses).toMatchObject([{ reason: 'starved', pid, signal: 'SIGKILL' }])
})

test('B145 an image that takes too much processor time is refused, and the next one served', async () => {
  await using opened = openImaging({ decodeCpuMs: 100 })
  await startDecoder(opened.imaging)
  const running = opened.imaging.inspect(costlyImage, 'jpeg', { thumbnail: thumbnailTarget })
  await expect(running).rejects.toMatchObject({
    code: 'TOO_MANY_PIXELS',
    message: 'The image takes more than 100 ms of processor time to decode',
    facts: { cpuMs: 100 },
  })
  expect(opened.losses).toMatchObject([{ reason: 'cpu' }])
  await expect(
    opened.imaging.inspect(tinyImage, 'jpeg', { thumbnail: thumbnailTarget }),
  ).resolves.toMatchObject({ width: 8 })
})

test.skipIf(!isLinux)(
  'S-09, B145 a large photo on a busy machine may take as long as it needs (Linux)',
  async () => {
    await using opened = openImaging({ decodeCpuMs: 10_000, decodeTimeoutMs: 60_000 })
    const pid = await startDecoder(opened.imaging)
    const photo = makeFlatJpeg({ width: 8000, height: 6000, components: 3 })
    process.kill(pid, 'SIGSTOP')
    // A clock of its own, by which the decoder waits for a processor for half a minute.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const running = opened.imaging.inspect(photo, 'jpeg', { thumbnail: thumbnailTarget })
    vi.advanceTimersByTime(30_000)
    vi.useRealTimers()
    process.kill(pid, 'SIGCONT')
    await expect(running).resolves.toMatchObject({ width: 8000, height: 6000 })
    expect(opened.losses).toEqual([])
  },
)

test('B144 an image whose decoders the system kills is not refused, and is decoded later', async () => {
  await using opened = openImaging()
  const photo = makeFlatJpeg({ width: 8000, height: 6000, components: 3 })
  const pid = await startDecoder(opened.imaging)
  const killed: number[] = []
  process.kill(pid, 'SIGSTOP')
  const running = opened.imaging.inspect(photo, 'jpeg', { thumbnail: thumbnailTarget })
  const outcome = running.catch((error: unknown) => error)
  while (killed.length < 2) {
    const next = opened.imaging.load().decoders.find((one) => !killed.includes(one))
    if (next !== undefined) {
      process.kill(next, 'SIGSTOP')
      killed.push(next)
      process.kill(next, 'SIGKILL')
    }
    await new Promise(setImmediate)
  }
  expect(await outcome).toMatchObject({ code: 'OVERLOADED', retryable: true })
  const again = opened.imaging.inspect(photo, 'jpeg', { thumbnail: thumbnailTarget })
  await expect(again).resolves.toMatchObject({ width: 8000 })
})

test.skipIf(!isLinux)('B144 an image that takes too much memory is refused (Linux)', async () => {
  const decodeMemoryByteSize = 250e6
  await using opened = openImaging({ decodeMemoryByteSize })
  await expect(
    opened.imaging.inspect(costlyImage, 'jpeg', { thumbnail: thumbnailTarget }),
  ).rejects.toMatchObject({
    code: 'TOO_MANY_PIXELS',
    facts: { memoryByteSize: decodeMemoryByteSize },
  })
  expect(opened.losses).toMatchObject([{ reason: 'memory' }])
  await expect(
    opened.imaging.inspect(tinyImage, 'jpeg', { thumbnail: thumbnailTarget }),
  ).resolves.toMatchObject({ width: 8 })
})

test('B143 fifty images over two decoders, each its own result, first come, first served', async () => {
  await using opened = openImaging({ concurrency: 2 })
  const image = await makeImage({ width: 200, height: 100, format: 'png' })
  const unfinished = new Set(Array.from({ length: 50 }, (_, index) => index))
  await Promise.all(
    [...unfinished].map(async (index) => {
      const made = await opened.imaging.render(image, { width: index + 1, fit: 'inside', format: 'png' })
      expect(made.width).toBe(index + 1)
      unfinished.delete(index)
      // With two at work, at most one later image may be answered before an earlier one.
      expect([...unfinished].filter((other) => other < index).length).toBeLessThanOrEqual(1)
    }),
  )
  expect(opened.imaging.load()).toMatchObject({ active: 0, queued: 0 })
  expect(opened.imaging.load().decoders).toHaveLength(2)
})

test('B155 the error says what is wrong with an image; the native error is its cause', async () => {
  await using opened = openImaging()
  const png = await makeImage({ width: 64, height: 64, format: 'png' })
  const damaged = png.with(png.length >> 1, (png[png.length >> 1] ?? 0) ^ 255)
  await expect(opened.imaging.inspect(damaged, 'png', { thumbnail: thumbnailTarget })).rejects.toMatchObject({
    name: 'TintypeError',
    code: 'UNREADABLE_IMAGE',
    message: 'The PNG is damaged or incomplete and cannot be decoded',
    cause: expect.any(Error),
  })
  await using strict = openImaging({ limits: { ...limits, maxPixels: 100 } })
  await expect(strict.imaging.inspect(png, 'png', { thumbnail: thumbnailTarget })).rejects.toMatchObject({
    code: 'TOO_MANY_PIXELS',
    facts: { width: 64, height: 64, frames: 1, pixels: 4096, limit: 100 },
  })
  expect([...opened.losses, ...strict.losses]).toEqual([])
})

test('B309 signals to every process do not interrupt a decoder', async () => {
  await using opened = openImaging()
  const image = await makeImage({ width: 400, height: 200, format: 'jpeg' })
  const pid = await startDecoder(opened.imaging)
  const running = opened.imaging.inspect(image, 'jpeg', { thumbnail: thumbnailTarget })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(pid, signal)
  await expect(running).resolves.toMatchObject({ width: 400 })
  await expect(opened.imaging.inspect(image, 'jpeg', { thumbnail: thumbnailTarget })).resolves.toMatchObject({
    width: 400,
  })
  expect(opened.imaging.load().decoders).toEqual([pid])
  expect(opened.losses).toEqual([])
})

test.skipIf(!isLinux)('the kernel kills a decoder before the server (Linux)', async () => {
  await using opened = openImaging()
  const pid = await startDecoder(opened.imaging)
  expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1')).toBe('1000\n')
})

test.skipIf(!isLinux)('decoders have a lower priority than the server (Linux)', async () => {
  await using opened = openImaging()
  const pid = await startDecoder(opened.imaging)
  await opened.imaging.inspect(await makeImage({ width: 40, height: 20, format: 'jpeg' }), 'jpeg', {
    thumbnail: thumbnailTarget,
  })
  const threads = readdirSync(`/proc/${pid}/task`).filter((id) => /^libuv/.test(nameOf(pid, id)))
  expect(threads).not.toEqual([])
  const below = Math.min(getPriority() + 5, 19)
  expect(threads.map((id) => getPriority(Number(id)))).toEqual(threads.map(() => below))
})

test.skipIf(!isLinux)('B167 a decoder at work ends with a server that is killed (Linux)', async () => {
  const server = `
    import { createImaging } from '${new URL('../imaging.ts', import.meta.url)}'
    import { makeImage, thumbnailTarget } from '${new URL('../testing/index.ts', import.meta.url)}'
    const imaging = createImaging({ limits: ${JSON.stringify(limits)}, concurrency: 1, queueLength: 9 })
    const image = await makeImage({ width: 2000, height: 2000, format: 'avif' })
    await imaging.render(image, thumbnailTarget)
    imaging.inspect(image, 'avif', { thumbnail: thumbnailTarget })
    console.log(imaging.load().decoders[0])`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', server], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(parent.stdout), 'line')
  const pid = Number(line)
  expect(isRunning(pid)).toBe(true)
  parent.kill('SIGKILL')
  await once(parent, 'close')
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 100_000, interval: 5 })
})

function nameOf(pid: number, thread: string): string {
  return readFileSync(`/proc/${pid}/task/${thread}/comm`, 'latin1')
}

/** Whether a process runs. A zombie does not. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
