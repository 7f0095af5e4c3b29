import { type CornerColours, cornerColours, cornerDistance } from '@tintype/imaging/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpusDirectory, readBodies, readCorpusFile, readManifest } from './support/corpus.ts'
import { filePart, writeForm } from './support/multipart.ts'
import type { Answer } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import {
  ask,
  countPhotos,
  originals,
  type PhotoJson,
  postBytes,
  postForm,
  settled,
} from './support/uploads.ts'

/** The result of uploading one file of the corpus. */
interface Outcome {
  readonly file: string
  readonly expected: string
  readonly answered: string
}

/** Files that are accepted since the manifest was written, and why. */
const accepted: Readonly<Record<string, string>> = {
  'broken/made_png_no_iend.png': 'every pixel is there; only the last chunk is missing',
  'broken/made_jpg_no_eoi.jpg': 'every block is there; only the end marker is missing',
  'broken/pillow_truncated_jpeg.jpg': 'every block is there; half of the end marker is missing',
  'hostile/made_bomb_9000x12000_progressive.jpg': 'phones write 108 million pixels',
  'hostile/made_gif_2000x2000_x100.gif': 'the pixels of the decoded frame count',
}

const images = readManifest().filter(({ file }) => !/^(?:names|hostile\/multipart)\//.test(file))
const listed = new Set(readBodies().map(({ body_file }) => `hostile/multipart/${body_file}`))
const fuzzed = readManifest().filter(
  ({ file }) => file.startsWith('hostile/multipart/gofuzz_') && !listed.has(file),
)

describe.skipIf(corpusDirectory === undefined)(
  'the corpus (skipped if it is not beside the project)',
  { timeout: 300_000 }, // some 1300 uploads, each with a decode
  () => {
    let tintype: Tintype
    const photos = new Map<string, PhotoJson>()

    beforeAll(async () => {
      tintype = await startTintype()
    })
    afterAll(() => tintype?.[Symbol.asyncDispose]())

    test('B116, B117: every image is answered as its manifest says', async () => {
      expect(images.length).toBeGreaterThan(480)
      const outcomes = await inTurns(images, async ({ file, expect: expected }) => {
        const answer = await postBytes(tintype, readCorpusFile(file), {
          headers: { 'Content-Type': 'application/octet-stream' },
        })
        if (answer.status === 201) photos.set(file, JSON.parse(answer.body.toString()) as PhotoJson)
        return { file, expected: file in accepted ? '201' : expected, answered: answerOf(answer) }
      })
      expect(outcomes.filter((one) => !isExpected(one))).toEqual([])
      expect(photos.size).toBeGreaterThan(240)
    })

    test('B001 to B038: every form is answered as the index says', async () => {
      const outcomes = await inTurns(readBodies(), async (row) => {
        const file = `hostile/multipart/${row.body_file}`
        // the corpus calls its file `photo`, which is `file` here
        const text = readCorpusFile(file).toString('latin1').replaceAll('name="photo"', 'name="file"')
        const body = Buffer.from(text, 'latin1')
        const answer = await postForm(tintype, { contentType: row.content_type, body, boundary: '' })
        // that body is a JPEG without any form around it: an upload of raw bytes
        const isRaw = row.body_file === 'not_multipart_octet.body'
        // the name of this file has a quote that is not escaped: clients send such names
        const isDialect = row.body_file === 'unescaped_quote.body'
        const expected = (isRaw || isDialect ? '201' : row.expected_status)
          .split(' or ')
          .map((status) => (status === '201' ? status : `${status} ${row.expected_code}`))
          .join(' or ')
        return { file, expected, answered: answerOf(answer) }
      })
      expect(outcomes.length).toBeGreaterThan(70)
      expect(outcomes.filter((one) => !isExpected(one))).toEqual([])
    })

    test('B038 every fuzzed form is refused', async () => {
      const outcomes = await inTurns(fuzzed, async ({ file, expect: expected }) => {
        const body = readCorpusFile(file)
        const boundary = /^--([^\r\n]{1,70})/.exec(body.toString('latin1'))?.[1] ?? 'boundary'
        const contentType = `multipart/form-data; boundary="${boundary.replace(/[^\w'()+,./:=?-]/g, '')}"`
        return {
          file,
          expected,
          answered: answerOf(await postForm(tintype, { contentType, body, boundary })),
        }
      })
      expect(outcomes.length).toBeGreaterThan(20)
      expect(outcomes.filter((one) => !isExpected(one))).toEqual([])
    })

    test('B041 to B055: every hostile name becomes a clean one', async () => {
      const names = readManifest()
        .filter(({ file }) => file.startsWith('names/'))
        .flatMap(({ file }) => readCorpusFile(file).toString('latin1').split('\n'))
        .filter((name) => name !== '')
      expect(names.length).toBeGreaterThan(700)
      const gif = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
        .gif()
        .toBuffer()
      const outcomes = await inTurns(names, async (name) => {
        const quoted = Buffer.from(name.replaceAll('"', '%22'), 'latin1')
        const { contentType, boundary, body } = writeForm([filePart(gif, '@', 'image/gif')])
        const at = body.indexOf('"@"') + 1
        const named = Buffer.concat([body.subarray(0, at), quoted, body.subarray(at + 1)])
        const answer = await postForm(tintype, { contentType, boundary, body: named })
        const { filename = '' } = JSON.parse(answer.body.toString()) as { filename?: string }
        const isClean =
          answer.status === 201
            ? /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]+$/u.test(filename) && Buffer.byteLength(filename) <= 255
            : ['400 INVALID_MULTIPART', '422 FILE_REQUIRED'].includes(answerOf(answer))
        return { name, filename, isClean, status: answer.status }
      })
      expect(outcomes.filter(({ isClean }) => !isClean)).toEqual([])
      const taken = outcomes.filter(({ status }) => status === 201)
      expect(taken.length).toBeGreaterThan(names.length * 0.95)
    })

    test('B132 B133 B134 pictures of every orientation are upright', async () => {
      const quadrants = images.filter(({ file }) => file.startsWith('orientation/') && file.includes('quad'))
      expect(quadrants.length).toBeGreaterThan(25)
      const upright: CornerColours = {
        topLeft: [255, 0, 0],
        topRight: [0, 128, 0],
        bottomLeft: [0, 0, 255],
        bottomRight: [255, 255, 0],
      }
      for (const { file } of quadrants) {
        const photo = photos.get(file)
        expect([file, photo?.width, photo?.height]).toEqual([file, 96, 64])
        for (const url of [photo?.thumbnail.url, `/media/${photo?.id}/w640.webp`]) {
          const { body } = await ask(tintype, url ?? '')
          const { width, height, orientation } = await sharp(body).metadata()
          expect([file, width, height, orientation ?? 1]).toEqual([file, 96, 64, 1])
          expect([file, cornerDistance(await cornerColours(body), upright) < 90]).toEqual([file, true])
        }
      }
    })

    test('B151 B152 renditions have no metadata of their originals', async () => {
      const secrets = /canary|Canary|CANARY|Exif\0|<x:xmpmeta|Photoshop 3\.0|adobe:ns|GPSL|<script/
      const withMetadata = images.filter(({ file }) => file.startsWith('metadata/'))
      const told = withMetadata.filter(({ file }) => secrets.test(readCorpusFile(file).toString('latin1')))
      expect(told.length).toBeGreaterThan(15)
      await inTurns(withMetadata, async ({ file }) => {
        const id = photos.get(file)?.id
        for (const name of ['thumb.webp', 'w640.jpg']) {
          const { status, body } = await ask(tintype, `/media/${id}/${name}`)
          expect([file, status]).toEqual([file, 200])
          expect([file, secrets.exec(body.toString('latin1'))?.[0]]).toEqual([file, undefined])
          const { exif, xmp, iptc, icc, comments } = await sharp(body).metadata()
          expect([file, exif, xmp, iptc, icc, comments]).toEqual([file, ...Array(5).fill(undefined)])
        }
      })
    })

    test('afterwards the server runs, logged no failure, and every row has its blob', async () => {
      expect((await ask(tintype, '/readyz')).status).toBe(200)
      const requests = tintype.log.filter((line) => line.event === 'request')
      expect(requests.length).toBeGreaterThan(1200)
      expect(requests.filter((line) => Number(line.status) >= 499)).toEqual([])
      expect(tintype.log.filter((line) => Number(line.level) >= 40)).toEqual([])
      await settled(tintype)
      expect(await countPhotos(tintype)).toBe((await originals(tintype)).length)
    })
  },
)

/** Runs a task for every item, four at a time; results in order. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const entries = items.entries()
  const worker = async () => {
    for (const [at, item] of entries) results[at] = await run(item)
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  return results
}

function answerOf({ status, body }: Answer): string {
  return status === 201 ? '201' : `${status} ${(JSON.parse(body.toString()) as { code: string }).code}`
}

/** Whether an answer is one of those that `201 or 422, inert`, `400 NOT_AN_IMAGE` or `4xx, process stays up` allow. */
function isExpected({ expected, answered }: Outcome): boolean {
  const alternatives = (expected.split(',')[0] ?? '').split(' or ')
  return alternatives.some((one) =>
    one === '4xx' ? answered.startsWith('4') : answered === one || answered.startsWith(`${one} `),
  )
}
