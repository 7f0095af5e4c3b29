import { eagerLadder, headerOnly } from '../servers/tintype-configurations.ts'
import { bareBusboy, expressMulter, fastapiName, tintype } from '../servers/upload-sides.ts'
import { closed, closedWithPublicPhotos } from '../workloads/access.ts'
import { staticPeers } from '../workloads/delivery.ts'
import { inProcessLadder } from '../workloads/ladders.ts'
import { byHand, byHandSynced } from '../workloads/like-for-like.ts'
import { millionPhotos, thousandPhotos } from '../workloads/list-growth.ts'
import { standalone } from '../workloads/queries.ts'
import { inProcess } from '../workloads/renditions.ts'
import { besideSearches } from '../workloads/searches.ts'
import { fourGibibytes } from '../workloads/upload-growth.ts'

/** A target of the benchmark. */
export interface Target {
  readonly work: string
  /** The result and the row that it is read from. */
  readonly id: string
  readonly row: string
  /** The row of the same result that it is compared with; the best of several. */
  readonly against?: string | readonly string[] | undefined
  readonly sign: '≥' | '≤'
  readonly target: number
  readonly stretch: number
  readonly unit: string
}

type Limits = readonly [sign: '≥' | '≤', target: number, stretch: number, unit?: string]
type Compared = Pick<Target, 'id' | 'row' | 'against'>

const reach = (work: string, compared: Compared, [sign, target, stretch, unit = '×']: Limits): Target => ({
  ...{ work, ...compared, sign, target, stretch, unit },
})

/** Uploads with their thumbnail, of a size and so many at once, beside servers that do the same work. */
const alike = ([work, id]: readonly [work: string, id: string]): Target[] => {
  const row = tintype
  return [
    reach(`${work}, against by hand, not synced`, { id, row, against: byHand }, ['≥', 1, 1.25]),
    reach('the same against by hand, synced', { id, row, against: byHandSynced }, ['≥', 1.25, 1.5]),
    reach('the same, processor time', { id: `${id}-cpu`, row, against: byHandSynced }, ['≤', 0.9, 0.75]),
    reach(`the same against ${fastapiName}`, { id, row, against: fastapiName }, ['≥', 1.5, 2.5]),
  ]
}

const uploadsAlike = [
  ['200 KB with thumbnail, 8 at once', 'alike-small-8'],
  ['200 KB with thumbnail, 64 at once', 'alike-small-64'],
  ['4 MB with thumbnail, 8 at once', 'alike-large-8'],
  ['4 MB with thumbnail, 64 at once', 'alike-large-64'],
] as const

const own = (id: string, against?: Target['against']): Compared => ({ id, row: tintype, against })
const memory = ['≤', 8, 2, 'MiB'] as const
const sdk = (row: string) => ({ id: 'sdk-size', row })

/** All targets. The tables of the workloads say what each configuration leaves out. */
export const targets: readonly Target[] = [
  ...uploadsAlike.flatMap(alike),
  reach(
    '200 KB by header only, 64 at once, against Express and multer that save',
    { id: 'upload-small-64', row: headerOnly, against: expressMulter },
    ['≥', 0.6, 0.9],
  ),
  reach('1 GiB, against node:http and busboy', own('upload-huge', bareBusboy), ['≥', 0.9, 1.2]),
  reach('memory growth in an upload of 1 GiB', own('upload-huge-memory'), memory),
  reach('memory growth in one of 4 GiB', { id: 'growth-upload-memory', row: fourGibibytes }, memory),
  reach('1 000 slow uploads, memory for each', own('slow-memory'), ['≤', 96, 64, 'KiB']),
  reach('/healthz beside 1 000 slow uploads, p99', own('slow-health'), ['≤', 50, 50, 'ms']),
  reach('from the first byte over the limit to 413', own('too-large'), ['≤', 10, 4, 'ms']),
  reach('rendition of 12 megapixels, against sharp in process', own('rendition', inProcess), [
    '≥',
    0.9,
    0.97,
  ]),
  reach('the same against ipx', own('rendition', 'ipx'), ['≥', 1.15, 1.25]),
  reach('the same against FastAPI of Debian 12 with Pillow', own('rendition', fastapiName), ['≥', 1.3, 1.4]),
  reach(
    'time of a whole ladder made in advance, against each from the original in process',
    { id: 'ladder', row: eagerLadder.name, against: inProcessLadder },
    ['≤', 0.55, 0.45],
  ),
  reach('hot rendition, against the fastest Node static server', own('deliver-small', staticPeers), [
    '≥',
    2,
    3,
  ]),
  reach('the same against nginx', own('deliver-small', 'nginx'), ['≥', 0.5, 0.5]),
  reach('original of 300 KB, against the same', own('deliver-large', staticPeers), ['≥', 2, 3]),
  reach('304 on an original, against the same', own('deliver-unchanged', staticPeers), ['≥', 2, 3]),
  reach('tRPC query, against tRPC’s standalone server', own('query', standalone), ['≥', 1, 1.5]),
  reach(
    'time of a page of 50 photos of 1 000 000, against of 1 000',
    { id: 'growth-list', row: millionPhotos, against: thousandPhotos },
    ['≤', 1.05, 1],
  ),
  reach(
    '/healthz beside the worst search in 1 000 000 photos, p99',
    { id: 'search-health', row: besideSearches },
    ['≤', 20, 10, 'ms'],
  ),
  reach(
    'signed media, against public media of an open server',
    { id: 'access-media', row: closed, against: tintype },
    ['≥', 0.9, 1],
  ),
  reach(
    'a list with a key, against one without',
    { id: 'access-list', row: closedWithPublicPhotos, against: tintype },
    ['≥', 0.9, 1],
  ),
  reach('uploads with tokens, against ones without', { id: 'access-upload', row: closed, against: tintype }, [
    '≥',
    0.9,
    1,
  ]),
  reach('SDK, upload only', sdk('upload only (createUploader)'), ['≤', 4.5, 4, 'kB']),
  reach('SDK, every call', sdk('every call (createTintypeClient)'), ['≤', 9, 8, 'kB']),
  reach('start to first answer, against Express + multer', own('start', expressMulter), ['≤', 1.2, 1]),
  reach('idle memory', own('idle'), ['≤', 80, 70, 'MiB']),
]
