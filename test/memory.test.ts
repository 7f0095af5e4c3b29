import { readFile } from 'node:fs/promises'
import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test } from 'vitest'
import { fieldPart, filePart, writeForm } from './support/multipart.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, settled } from './support/uploads.ts'

const mebibyte = 1024 * 1024

/** Uploads a JPEG with filler behind its end, made while it is sent. */
async function uploadFilled(tintype: Tintype, { byteSize, isForm }: { byteSize: number; isForm: boolean }) {
  const jpeg = await makeImage({ width: 640, height: 480, format: 'jpeg' })
  const form = writeForm([fieldPart('title', 'Large'), filePart(jpeg)], { end: '' })
  // without the line break that ends the part
  const start = isForm ? form.body.subarray(0, -2) : jpeg
  const end = isForm ? `\r\n--${form.boundary}--\r\n` : ''
  const fillerByteSize = byteSize - jpeg.length
  const filler = Buffer.alloc(mebibyte, 'filler\r\n')
  using connection = await openConnection(tintype.url)
  const contentType = isForm ? form.contentType : 'image/jpeg'
  const length = start.length + fillerByteSize + end.length
  await connection.write(requestHead('POST /photos', { 'Content-Type': contentType, 'Content-Length': length }))
  await connection.write(start)
  for (let left = fillerByteSize; left > 0; left -= mebibyte) await connection.write(filler.subarray(0, left))
  if (isForm) await connection.write(end)
  const photo = expectPhoto(await connection.answer())
  expect(photo.byteSize).toBe(byteSize)
  await settled(tintype)
  return photo
}

/** The most memory that the process has had at once, in bytes. */
async function peakMemory({ pid }: Tintype): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

describe.skipIf(process.platform !== 'linux')('memory (told by Linux only)', () => {
  test.each([
    { what: 'raw', isForm: false },
    { what: 'in a form', isForm: true },
  ])('a gibibyte ($what) takes hardly more than four mebibytes do', async ({ isForm }) => {
    await using tintype = await startTintype({ env: { TINTYPE_MAX_UPLOAD_SIZE: '2gb' } })
    for (let round = 0; round < 64; round += 1) await uploadFilled(tintype, { byteSize: 4 * mebibyte, isForm })
    const before = await peakMemory(tintype)
    const photo = await uploadFilled(tintype, { byteSize: 1024 * mebibyte, isForm })
    const grown = (await peakMemory(tintype)) - before
    expect(grown).toBeLessThan(640 * mebibyte)
    expect(before).toBeGreaterThan(20 * mebibyte)
    const head = await ask(tintype, photo.url, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(1024 * mebibyte))
    console.log({ before: before / mebibyte, grown: grown / mebibyte })
  }, 60_000)
})
