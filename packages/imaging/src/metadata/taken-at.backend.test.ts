import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isTintypeError } from '@tintype/contract'
import { expect, test } from 'vitest'
import { readFacts } from '../formats/read-header.ts'
import { hasExiftool } from '../testing/has-exiftool.ts'
import { makeImage } from '../testing/index.ts'
import { parseDate } from './parse-date.ts'

const limits = { maxPixels: 1e9, maxAvifPixels: 1e9, maxSide: 100_000, maxFrames: 100_000 }

/** Tags in the order in which they count, by exiftool's names. */
const dateTags = [
  'ExifIFD:DateTimeOriginal',
  'ExifIFD:CreateDate',
  'XMP-exif:DateTimeOriginal',
  'XMP-exif:DateTimeDigitized',
  'XMP-photoshop:DateCreated',
  'XMP-xmp:CreateDate',
  'IPTC:DateCreated',
  'IPTC:DigitalCreationDate',
] as const

const values = [
  '2011:05:06 07:08:09',
  '2011:05:06 07:08:09+02:00',
  '1999:12:31 23:59:59.5',
  '2020:02:29 00:00:00',
] as const

/** The day that exiftool reads in each image of some directories; `null` if there is no date of a kind that counts. */
function readDays(directories: readonly string[]): ReadonlyMap<string, string | null> {
  const arguments_ = ['-json', '-r', '-G1', '-a', '-n', ...dateTags.map((tag) => `-${tag}`), ...directories]
  const json = execFileSync('exiftool', arguments_, {
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString()
  const images = JSON.parse(json) as readonly Record<string, unknown>[]
  return new Map(
    images.map((image) => {
      const dates = dateTags.map((tag) => parseDate(String(image[tag] ?? '')))
      return [String(image.SourceFile), dates.find((date) => date !== undefined)?.slice(0, 10) ?? null]
    }),
  )
}

/** exiftool writes IPTC to JPEG alone, and nothing but XMP to GIF. */
function isWritten(tag: string, format: string): boolean {
  return tag.startsWith('XMP') || format === 'jpeg' || (format !== 'gif' && !tag.startsWith('IPTC'))
}

function readDay(path: string): string | null | undefined {
  try {
    return readFacts({ path }, { limits }).takenAt?.slice(0, 10) ?? null
  } catch (error) {
    if (isTintypeError(error)) return undefined
    throw error
  }
}

test.skipIf(!hasExiftool)(
  'takenAt is the day that exiftool reads, for each tag that it writes in each format',
  async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'taken-at-'))
    const writes: string[] = []
    for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
      const image = await makeImage({ width: 16, height: 12, format })
      for (const tag of dateTags.filter((name) => isWritten(name, format)))
        for (const value of format === 'jpeg' ? values : values.slice(0, 2)) {
          const path = join(directory.path, `${writes.length}.${format}`)
          await writeFile(path, image)
          writes.push([`-${tag}=${value}`, '-overwrite_original', path, '-execute'].join('\n'))
        }
    }
    const list = join(directory.path, 'arguments')
    await writeFile(list, writes.join('\n'))
    execFileSync('exiftool', ['-@', list], { stdio: 'ignore' })
    const days = readDays([directory.path])
    expect([...days.values()].filter((day) => day !== null).length).toBeGreaterThan(50)
    for (const [path, day] of days) expect({ path, day: readDay(path) }).toEqual({ path, day })
  },
)

const corpus = ['../../../../../shared/corpus', '../../../../shared/corpus']
  .map((path) => join(import.meta.dirname, path))
  .find((path) => existsSync(path))

test.skipIf(!hasExiftool || !corpus)(
  'takenAt is the day that exiftool reads, in photographs of many cameras',
  () => {
    const days = readDays(['metadata', 'valid', 'orientation'].map((name) => join(corpus ?? '', name)))
    const read = [...days]
      .map(([path, day]) => ({ path, day, ours: readDay(path) }))
      .filter(({ ours }) => ours !== undefined)
    expect(read.length).toBeGreaterThan(200)
    for (const { path, day, ours } of read) expect({ path, day: ours }).toEqual({ path, day })
  },
)
