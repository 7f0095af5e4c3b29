import { connect } from 'node:net'
import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test, vi } from 'vitest'
import { abandonedUploads } from '../support/abandoned-uploads.ts'
import { type Connection, openConnection, requestHead } from '../support/raw-http.ts'
import { readState } from '../support/read-state.ts'
import { shortHeap } from '../support/short-heap.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { ask, expectPhoto, expectProblem, postBytes, waiting } from '../support/uploads.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'

const mebibyte = 1024 * 1024
const kib = 1024

/** Runs a task for each number below `count`, at most `width` at once. */
async function each(count: number, width: number, run: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < count) await run(next++)
  }
  await Promise.all(Array.from({ length: width }, work))
}

/** Resolves when no upload is in progress, with as many descriptors as before or fewer. */
async function backAtBaseLine(tintype: Tintype, descriptors: number): Promise<void> {
  await vi.waitFor(async () => {
    const state = await readState(tintype)
    expect(state).toMatchObject({ staged: 0, uploadsInFlight: 0 })
    expect(state.descriptors).toBeLessThanOrEqual(descriptors)
  }, waiting)
}

/** A connection on which nothing is ever read. */
function openDeafConnection(url: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.pause().on('error', () => {})
  return socket
}

const healthy = async (tintype: Tintype) => expect((await ask(tintype, '/healthz')).status).toBe(200)

const subject = 'hostile clients (needs /proc, to measure what they cost)'
// Thousands of connections need minutes on a busy machine.
describe.skipIf(process.platform !== 'linux')(subject, { timeout: 900_000 }, () => {
  test('B072: five thousand aborted uploads leave no file, descriptor, upload slot or memory in use', async () => {
    await using tintype = await startTintype({ env: shortHeap })
    const image = await makeImage({ width: 80, height: 60, format: 'jpeg' })
    const stages = abandonedUploads(image, 2 * mebibyte)
    const abort = async (at: number) => {
      const connection = await openConnection(tintype.url)
      await stages[at % stages.length]?.send(connection)
      if (at % 7 === 0) connection.end()
      else connection.reset()
    }
    expectPhoto(await postBytes(tintype, image))
    const { descriptors } = await readState(tintype)
    await each(1000, 20, abort)
    await backAtBaseLine(tintype, descriptors + 2)
    const { memoryByteSize } = await readState(tintype)

    await each(5000, 20, abort)
    await backAtBaseLine(tintype, descriptors + 2)
    expect((await readState(tintype)).memoryByteSize - memoryByteSize).toBeLessThan(24 * mebibyte)
    expectPhoto(await postBytes(tintype, image))
  })

  test('B066: two thousand clients that never end their headers get an answer, and delay no other client', async () => {
    await using tintype = await startTintype()
    await healthy(tintype)
    const { descriptors } = await readState(tintype)
    const connections: Connection[] = []
    await each(2000, 50, async () => {
      const connection = await openConnection(tintype.url)
      connections.push(connection)
      await connection.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    })
    const makeSample = await createSamplePhotos()
    expectPhoto(await postBytes(tintype, makeSample(1, 9 * kib).bytes()))
    for (const connection of connections) {
      expectProblem(await connection.answer(), 408, 'UPLOAD_TIMEOUT')
      connection.end()
    }
    await backAtBaseLine(tintype, descriptors + 20) // decoders have been started since
  })

  test('B068: a thousand slow uploads at once all succeed, in bounded memory, beside quick answers', async () => {
    const count = 1000
    const rounds = 12
    const byteSize = 60 * kib
    const env = { ...shortHeap, TINTYPE_MAX_CONCURRENT_UPLOADS: String(count) }
    await using tintype = await startTintype({ env })
    const makeSample = await createSamplePhotos()
    const warm = expectPhoto(await postBytes(tintype, makeSample(count, byteSize).bytes()))
    const { memoryByteSize } = await readState(tintype)
    const uploads = await Promise.all(
      Array.from({ length: count }, async (_, nonce) => {
        const bytes = makeSample(nonce, byteSize).bytes()
        const connection = await openConnection(tintype.url)
        const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': bytes.length }
        await connection.write(requestHead('POST /photos', headers))
        return { bytes, connection, pieceByteSize: Math.ceil(bytes.length / rounds) }
      }),
    )
    for (let round = 0; round < rounds; round += 1) {
      for (const { bytes, connection, pieceByteSize } of uploads)
        await connection.write(bytes.subarray(round * pieceByteSize, (round + 1) * pieceByteSize))
      await healthy(tintype)
      expect((await ask(tintype, warm.url)).status).toBe(200)
    }
    for (const { bytes, connection } of uploads) {
      using answering = connection
      expect(expectPhoto(await answering.answer()).sha256).toBe(sha256(bytes))
    }
    const { peakMemoryByteSize } = await readState(tintype)
    expect(peakMemoryByteSize - memoryByteSize).toBeLessThan(count * 64 * kib + 100 * mebibyte)
  })

  test('B266: a hundred clients that never read a large photo use no memory for it, and leave no descriptor', async () => {
    await using tintype = await startTintype()
    const makeSample = await createSamplePhotos()
    const large = expectPhoto(await postBytes(tintype, makeSample(1, 24 * mebibyte).bytes()))
    const small = expectPhoto(await postBytes(tintype, makeSample(2, 9 * kib).bytes()))
    await ask(tintype, large.thumbnail.url)
    const { descriptors, memoryByteSize } = await readState(tintype)
    const readers = Array.from({ length: 100 }, () => openDeafConnection(tintype.url))
    for (const reader of readers) reader.write(requestHead(`GET ${large.url}`))
    // Every one of them has opened its file, and gets no further.
    await vi.waitFor(
      async () => expect((await readState(tintype)).descriptors).toBeGreaterThan(descriptors + 190),
      waiting,
    )
    expect(sha256((await ask(tintype, small.url)).body)).toBe(small.sha256)
    await healthy(tintype)
    expect((await readState(tintype)).peakMemoryByteSize - memoryByteSize).toBeLessThan(128 * mebibyte)
    for (const reader of readers) reader.destroy()
    await backAtBaseLine(tintype, descriptors + 2)
  })
})
