import { type PhotoFormat, photoFormats } from '@tintype/contract'
import { makeGpsJpeg, makeImage } from '@tintype/imaging/testing'
import { createRandom, type Random } from '../faults/random.ts'
import { corpusDirectory, readBodies, readCorpusFile, readManifest } from '../support/corpus.ts'
import { filePart, writeForm } from '../support/multipart.ts'
import type { FuzzCase, FuzzKind } from './fuzz-case.ts'
import { mangleForm } from './mangle-form.ts'
import { frameHonestly, frameWithLies, mangleHead, type Upload } from './mangle-request.ts'
import { mutateBytes } from './mutate-bytes.ts'

/** What cases are made from. */
interface Seeds {
  /** Sound images of every format, so that enough cases are accepted. */
  readonly images: readonly Buffer[]
  /** Broken and hostile images; none without the corpus. */
  readonly hostile: readonly Buffer[]
  /** Hostile forms; none without the corpus. */
  readonly forms: readonly Upload[]
}

/** Shares of the kinds of cases: forms are cheap, images cost a decode. */
const shares: readonly FuzzKind[] = [
  'form',
  'form',
  'form',
  'form',
  'form',
  'image',
  'image',
  'framing',
  'framing',
  'head',
]
const maxSeedByteSize = 40_000

/** Resolves with a maker of any number of cases. The same seed makes the same ones, as long as the corpus is the same. */
export async function createCaseMaker(seed: number): Promise<(count: number) => Iterable<FuzzCase>> {
  const seeds = await collectSeeds()
  function makeCase(number: number): FuzzCase {
    const random = createRandom(Math.imul(seed, 0x9e3779b1) + number)
    const kind = random.pick(shares) ?? 'form'
    const upload = makeUpload(kind, seeds, random)
    const request = frame(kind, upload, random)
    const cuts =
      random.below(3) > 0
        ? []
        : Array.from({ length: 1 + random.below(6) }, () => random.below(request.length + 1))
    const isFramedHonestly = kind === 'form' || kind === 'image'
    return { number, kind, request, ...upload, isFramedHonestly, cuts: cuts.sort((a, b) => a - b) }
  }
  return function* (count) {
    for (let number = 0; number < count; number += 1) yield makeCase(number)
  }
}

function makeUpload(kind: FuzzKind, { images, hostile, forms }: Seeds, random: Random): Upload {
  const anyImage = () =>
    random.pick(random.below(5) === 0 ? [...hostile, ...images] : images) ?? Buffer.alloc(0)
  const image = anyImage()
  const other = anyImage()
  if (kind === 'image') {
    const mangled = mutateBytes(image, other, random, 6)
    return random.below(2) === 0
      ? { contentType: 'image/jpeg', body: mangled }
      : writeForm([filePart(mangled)], { boundary: 'fuzz' })
  }
  if (kind === 'form' && forms.length > 0 && random.below(6) === 0) {
    const form = random.pick(forms) ?? { contentType: '', body: image }
    return { ...form, body: mutateBytes(form.body, image, random) }
  }
  if (kind === 'form') return mangleForm(image, other, random)
  return random.below(2) === 0
    ? { contentType: 'image/png', body: image }
    : writeForm([filePart(image)], { boundary: 'fuzz' })
}

function frame(kind: FuzzKind, upload: Upload, random: Random): Buffer {
  if (kind === 'framing') return frameWithLies(upload, random)
  return kind === 'head' ? mangleHead(upload, random) : frameHonestly(upload, random)
}

async function collectSeeds(): Promise<Seeds> {
  const size = { width: 20, height: 14 }
  const stills = photoFormats.map((format) => makeImage({ ...size, format }))
  const moving = (['gif', 'webp'] satisfies PhotoFormat[]).map((format) =>
    makeImage({ ...size, format, frames: 3 }),
  )
  const others = [
    makeImage({ ...size, format: 'jpeg', progressive: true }),
    makeImage({ ...size, format: 'png', colours: 'palette', progressive: true }),
    makeImage({ ...size, format: 'avif', alpha: true }),
    makeGpsJpeg(),
  ]
  const made = await Promise.all([...stills, ...moving, ...others])
  return { images: made.map((bytes) => Buffer.from(bytes)), hostile: corpusImages(), forms: corpusForms() }
}

function corpusImages(): Buffer[] {
  if (corpusDirectory === undefined) return []
  const files = readManifest().filter(({ file }) => /^(broken|hostile|metadata)\/[^/]+$/.test(file))
  return files.map(({ file }) => readCorpusFile(file)).filter(({ length }) => length <= maxSeedByteSize)
}

function corpusForms(): Upload[] {
  return readBodies()
    .map((row) => ({
      contentType: row.content_type,
      body: readCorpusFile(`hostile/multipart/${row.body_file}`),
    }))
    .filter(({ body }) => body.length <= maxSeedByteSize)
}
