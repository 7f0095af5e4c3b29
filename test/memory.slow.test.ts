import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test } from 'vitest'
import { fieldPart, filePart, writeForm } from './support/multipart.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, settled } from './support/uploads.ts'

const mebibyte = 1024 * 1024

describe.skipIf(process.platform !== 'linux')('memory (skipped without /proc)', () => {
  test('an upload of a gibibyte needs less than 64 MiB more than one of four mebibytes', async () => {
    await using tintype = await startTintype({ env: { TINTYPE_MAX_UPLOAD_SIZE: '1gb' } })
    await uploadFilled(tintype, 4 * mebibyte)
    const before = await peakMemory(tintype)
    expect(before).toBeGreaterThan(40 * mebibyte)

    const url = await uploadFilled(tintype, 1024 * mebibyte)
    const after = await peakMemory(tintype)
    expect((after - before) / mebibyte).toBeLessThan(64)

    const head = await ask(tintype, url, { method: 'HEAD' })
    expect(head.headers.get('content-length')).toBe(String(1024 * mebibyte))
    await settled(tintype)
  })
})

/** Uploads a form with a JPEG and filler after its end, made while it is sent; resolves with its URL. */
async function uploadFilled(tintype: Tintype, byteSize: number): Promise<string> {
  const jpeg = await makeImage({ width: 640, height: 480, format: 'jpeg' })
  const { contentType, body, boundary } = writeForm([fieldPart('title', 'Large'), filePart(jpeg)], {
    end: '',
  })
  const start = body.subarray(0, -'\r\n'.length)
  const end = `\r\n--${boundary}--\r\n`
  const fillerByteSize = byteSize - jpeg.length
  const filler = randomBytes(mebibyte) // as dense as a photograph's
  using connection = await openConnection(tintype.url)
  const headers = {
    'Content-Type': contentType,
    'Content-Length': start.length + fillerByteSize + end.length,
  }
  await connection.write(requestHead('POST /photos', headers))
  await connection.write(start)
  for (let left = fillerByteSize; left > 0; left -= mebibyte) await connection.write(filler.subarray(0, left))
  await connection.write(end)
  const photo = expectPhoto(await connection.answer())
  expect(photo).toMatchObject({ byteSize, title: 'Large' })
  return photo.url
}

/** The most memory that the process has had at once, in bytes. */
async function peakMemory({ pid }: Tintype): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}
