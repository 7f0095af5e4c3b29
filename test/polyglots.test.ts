import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { makeImage } from '@tintype/imaging/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filePart } from './support/multipart.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { ask, expectPhoto, expectProblem, postBytes, postForm, settled } from './support/uploads.ts'

let tintype: Tintype
let jpeg: Buffer
let png: Buffer
beforeAll(async () => {
  tintype = await startTintype()
  jpeg = Buffer.from(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
  png = Buffer.from(await makeImage({ width: 80, height: 60, format: 'png' }))
})
afterAll(() => tintype[Symbol.asyncDispose]())

const renditions = ['thumb.webp', 'w160.jpg', 'w160.png', 'w160.avif']

/** Inserts a comment after the first marker of a JPEG. */
function withComment(text: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(text.length + 2)
  return Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.of(0xff, 0xfe),
    length,
    Buffer.from(text),
    jpeg.subarray(2),
  ])
}

const html = '<html><script>/*PAYLOAD*/alert(document.domain)</script></html>'
const php = '<?php /*PAYLOAD*/ system($_GET[0]); ?>'
const zip = 'PK\x03\x04PAYLOAD.php'.padEnd(60, '\0') + 'PK\x05\x06'.padEnd(22, '\0')
const pdf = '%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(PAYLOAD)>>>>endobj\n%%EOF'

test.each([
  ['a JPEG with HTML in a comment', () => withComment(html)],
  ['a JPEG with PHP in a comment', () => withComment(php)],
  ['a JPEG with a PDF in a comment', () => withComment(pdf)],
  ['a JPEG with HTML behind it', () => Buffer.concat([jpeg, Buffer.from(html)])],
  ['a JPEG with PHP behind it', () => Buffer.concat([jpeg, Buffer.from(php)])],
  ['a JPEG with an archive behind it', () => Buffer.concat([jpeg, Buffer.from(zip)])],
  ['a JPEG with a PDF behind it', () => Buffer.concat([jpeg, Buffer.from(pdf)])],
  ['a PNG with an archive behind it', () => Buffer.concat([png, Buffer.from(zip)])],
])('B105: %s is kept as it is and served as an image; no rendition has it', async (_name, make) => {
  const image = make()
  const photo = await uploadPhoto(tintype.url, image, { filename: 'page.html' })
  const original = await ask(tintype, photo.url, { headers: { accept: 'text/html' } })
  expect(original.body.equals(image)).toBe(true)
  for (const url of [photo.url, ...renditions.map((name) => `/media/${photo.id}/${name}`)]) {
    const { status, headers, body } = await ask(tintype, url)
    expect([url, status, headers.get('content-type')?.split('/')[0]]).toEqual([url, 200, 'image'])
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    )
    expect(body.includes('PAYLOAD')).toBe(url === photo.url)
  }
})

test.each([
  ['x.php', 'text/html'],
  ['x.html', 'application/x-httpd-php'],
  ['x.svg', 'image/svg+xml'],
])('B101: a JPEG called %s, declared %s, is a JPEG', async (filename, type) => {
  const photo = expectPhoto(await postForm(tintype, [filePart(jpeg, filename, type)]))
  expect(photo).toMatchObject({ format: 'jpeg', mimeType: 'image/jpeg', filename })
  const { headers, body } = await ask(tintype, photo.url)
  expect([headers.get('content-type'), body.equals(jpeg)]).toEqual(['image/jpeg', true])
})

describe('an image that is damaged in its middle', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'B117: %s: is refused and removed, or accepted and rendered in every format',
    async (format) => {
      const whole = Buffer.from(await makeImage({ width: 200, height: 150, format }))
      const before = (await tintype.blobs()).filter((blob) => blob.startsWith('originals')).length
      let taken = 0
      for (const part of [0.05, 0.3, 0.6, 0.9]) {
        const damaged = Buffer.from(whole)
        damaged.fill(0x55, Math.floor(whole.length * part), Math.floor(whole.length * (part + 0.04)))
        const answer = await postBytes(tintype, damaged)
        if (answer.status !== 201) {
          expectProblem(answer, 422, 'UNREADABLE_IMAGE')
          continue
        }
        taken += 1
        const { id } = expectPhoto(answer)
        for (const name of renditions) await readMedia(tintype.url, `/media/${id}/${name}`)
      }
      await settled(tintype)
      const after = (await tintype.blobs()).filter((blob) => blob.startsWith('originals')).length
      expect(after - before).toBe(taken)
    },
  )
})

test('B278: an address in an image is never visited', async () => {
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
  try {
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const xmp = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "${address}xxe">]><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="${address}about" xmlns:d="${address}ns">&e;</rdf:Description></rdf:RDF></x:xmpmeta>`
    const image = await sharp(png)
      .withExif({ IFD0: { ImageDescription: `${address}exif`, Copyright: address } })
      .withXmp(xmp)
      .jpeg()
      .toBuffer()
    expect(image.includes(`${address}xxe`)).toBe(true)
    const { id } = await uploadPhoto(tintype.url, image, { filename: address, title: `${address}title` })
    for (const name of renditions) await readMedia(tintype.url, `/media/${id}/${name}`)
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink"><image l:href="${address}svg"/></svg>`
    expectProblem(await postBytes(tintype, Buffer.from(svg)), 400, 'NOT_AN_IMAGE')
    await settled(tintype)
    expect(visits).toBe(0)
  } finally {
    server.close()
  }
})
