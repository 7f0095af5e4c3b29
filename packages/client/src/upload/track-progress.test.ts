import { expect, test } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import { accept, openScriptedServer, refuse, type Script } from '../testing/scripted-server.ts'
import { createUploader } from './create-uploader.ts'
import type { UploadProgress } from './track-progress.ts'

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
  expect(seen[0]).toEqual({ sentBytes: 0, totalBytes: 3 * megabyte, fraction: 0 })
  expect(seen.at(-1)).toEqual({ sentBytes: 3 * megabyte, totalBytes: 3 * megabyte, fraction: 1 })
  expect(seen.length).toBeGreaterThan(20)
  expectToRise(seen.map((one) => one.fraction))
  expect(untilAnswer.at(-1)).toMatchObject({ sentBytes: 3 * megabyte, fraction: 1 - Number.EPSILON })
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
  expect(seen.at(-1)).toEqual({ sentBytes: 3 * megabyte, totalBytes: undefined, fraction: 1 })
  expect(seen.slice(0, -1).every((one) => one.fraction === 0)).toBe(true)
  expectToRise(seen.map((one) => one.sentBytes))
})

test('an empty file goes from 0 to 1', async () => {
  await using server = await openScriptedServer(accept)
  const { seen, onProgress } = record()
  await createUploader(server).upload(new Blob([]), { onProgress })
  expect(seen.map((one) => one.fraction)).toEqual([0, 1])
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
