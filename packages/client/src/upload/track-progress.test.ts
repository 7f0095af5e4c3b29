import { expect, test, vi } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import { accept, openScriptedServer, refuse, type Script } from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'
import { trackProgress, type UploadProgress } from './track-progress.ts'

const megabyte = 1_000_000
const bytes = () => new Blob([new Uint8Array(3 * megabyte)])

function record() {
  const seen: UploadProgress[] = []
  return { seen, onProgress: (progress: UploadProgress) => void seen.push(progress) }
}

function expectToRise(values: number[]): void {
  expect(values).toEqual(values.toSorted((a, b) => a - b))
}

test('starts at 0, rises with the bytes, and is 1 only after the answer', async () => {
  const { seen, onProgress } = record()
  const untilAnswer: UploadProgress[] = []
  await using server = await openScriptedServer(async (turn) => {
    await turn.whole
    untilAnswer.push(...seen)
    await accept(turn)
  })
  await createUploader(server).upload(bytes(), { onProgress })
  const known = { attempt: 1, totalBytes: 3 * megabyte }
  expect(seen[0]).toMatchObject({ ...known, phase: 'preparing', sentBytes: 0, fraction: 0 })
  expect(seen.at(-1)).toMatchObject({ ...known, phase: 'done', sentBytes: 3 * megabyte, fraction: 1 })
  expect(seen.length).toBeGreaterThan(20)
  expectToRise(seen.map((one) => one.fraction))
  expect(untilAnswer.at(-1)).toMatchObject({ phase: 'processing', sentBytes: 3 * megabyte, fraction: 0.99 })
  expect(seen.filter((one) => one.fraction === 1)).toHaveLength(1)
})

test('does not go back when an upload is tried again', async () => {
  const cut: Script = ({ request, seen }) => {
    request.on('data', () => seen.body.length > megabyte && request.socket.destroy())
  }
  await using server = await openScriptedServer((turn) => (turn.count === 1 ? cut : accept)(turn))
  const { seen, onProgress } = record()
  await createUploader({ ...server, retry: { waitMs: () => 0 } }).upload(bytes(), { onProgress })
  expect(server.seen).toHaveLength(2)
  expectToRise(seen.map((one) => one.fraction))
  expectToRise(seen.map((one) => one.sentBytes))
  expect(seen.filter((one) => one.fraction === 1)).toHaveLength(1)
})

test('never reaches 1 when an upload fails', async () => {
  await using server = await openScriptedServer(async (turn) => {
    await turn.whole
    await refuse('UNREADABLE_IMAGE')(turn)
  })
  const { seen, onProgress } = record()
  await failureOf(createUploader(server).upload(bytes(), { onProgress }))
  expect(seen.at(-1)?.sentBytes).toBe(3 * megabyte)
  expect(seen.at(-1)?.fraction).toBeLessThan(1)
})

test('counts the bytes of a stream, whose size is unknown', async () => {
  await using server = await openScriptedServer(accept)
  const { seen, onProgress } = record()
  await createUploader(server).upload(bytes().stream(), { onProgress })
  expect(seen.at(-1)).toMatchObject({ sentBytes: 3 * megabyte, totalBytes: undefined, fraction: 1 })
  expect(seen.slice(0, -1).every((one) => one.fraction === 0)).toBe(true)
  expectToRise(seen.map((one) => one.sentBytes))
})

test('an empty file goes from 0 to 1', async () => {
  await using server = await openScriptedServer(accept)
  const { seen, onProgress } = record()
  await createUploader(server).upload(new Blob([]), { onProgress })
  expect(seen.map(({ phase, fraction }) => [phase, fraction])).toEqual([
    ['preparing', 0],
    ['sending', 0],
    ['processing', 0],
    ['done', 1],
  ])
})

test('a listener that throws breaks no upload, and its error is not lost', async () => {
  await using server = await openScriptedServer(accept)
  const lost = new Error('a bug of the page')
  const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve))
  const listeners = process.listeners('uncaughtException').slice(0, -1)
  for (const listener of listeners) process.off('uncaughtException', listener)
  try {
    let count = 0
    const onProgress = () => {
      if (count++ === 0) throw lost
    }
    await createUploader(server).upload(new Blob(['1']), { onProgress })
    expect(await uncaught).toBe(lost)
  } finally {
    for (const listener of listeners) process.on('uncaughtException', listener)
  }
})

test('names the phase and the attempt, while the next one is waited for as well', async () => {
  await using server = await openScriptedServer((turn) =>
    (turn.count === 1 ? refuse('OVERLOADED') : accept)(turn),
  )
  const { seen, onProgress } = record()
  await createUploader({ ...server, retry: { waitMs: () => 0 } }).upload(new Blob(['bytes']), { onProgress })
  const steps = seen.map(({ phase, attempt }) => `${attempt} ${phase}`)
  expect(steps.filter((step, index) => step !== steps[index - 1])).toEqual([
    '1 preparing',
    '1 sending',
    '1 processing',
    '1 waiting',
    '2 sending',
    '2 processing',
    '2 done',
  ])
})

test('measures the rate, and the time that is left, only while bytes are sent', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { seen, onProgress } = record()
    const progress = trackProgress(10_000, onProgress)
    vi.advanceTimersByTime(60_000) // a check, or a wait
    progress.enter('sending', 1)
    for (const bytes of [1000, 2000, 3000]) {
      vi.advanceTimersByTime(500)
      progress.sent(bytes, 'sending')
    }
    expect(seen.at(-1)).toMatchObject({ bytesPerSecond: 2000, secondsLeft: 3.5 })
    progress.enter('waiting', 1)
    expect(seen.at(-1)).toMatchObject({ bytesPerSecond: undefined, secondsLeft: undefined })
    vi.advanceTimersByTime(60_000)
    progress.enter('sending', 2)
    vi.advanceTimersByTime(500)
    progress.sent(1000, 'sending')
    expect(seen.at(-1)).toMatchObject({ phase: 'sending', attempt: 2, sentBytes: 3000, bytesPerSecond: 2000 })
    progress.sent(10_000, 'sending')
    expect(seen.at(-1)).toMatchObject({ phase: 'processing', fraction: 0.99, bytesPerSecond: undefined })
  } finally {
    vi.useRealTimers()
  }
})
