import { eagerLadder, headerOnly, headerOnlyRelaxed, relaxed } from '../servers/tintype-configurations.ts'
import { bareBusboy, expressMulter, fastapiName, tintype } from '../servers/upload-sides.ts'
import { closed, closedWithPublicPhotos } from '../workloads/access.ts'
import { staticPeers } from '../workloads/delivery.ts'
import { inProcessLadder } from '../workloads/ladders.ts'
import { millionPhotos, thousandPhotos } from '../workloads/list-growth.ts'
import { standalone } from '../workloads/queries.ts'
import { inProcess } from '../workloads/renditions.ts'
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

/** The same target for Tintype in each of some configurations. */
const reachAs = (rows: readonly string[], [work, id, against]: [string, string, string], limits: Limits) =>
  rows.map((row) => reach(`${work}, against ${against}: ${row}`, { id, row, against }, limits))

const [durable, fast] = [
  [tintype, headerOnly],
  [relaxed, headerOnlyRelaxed],
]
const small = ['200 KB, 64 at once', 'upload-small-64'] as const
const own = (id: string, against?: Target['against']): Compared => ({ id, row: tintype, against })
const memory = ['≤', 32, 8, 'MiB'] as const
const sdk = (row: string) => ({ id: 'sdk-size', row })

/** All targets. The tables of the workloads say what each configuration leaves out. */
export const targets: readonly Target[] = [
  ...reachAs(durable, [...small, expressMulter], ['≥', 0.7, 1]),
  ...reachAs(fast, [...small, expressMulter], ['≥', 1.1, 1.5]),
  ...reachAs(durable, [...small, fastapiName], ['≥', 1.2, 2]),
  ...reachAs(fast, ['4 MB, 8 at once', 'upload-large-8', bareBusboy], ['≥', 1.1, 1.4]),
  ...reachAs([tintype], ['1 GiB', 'upload-huge', bareBusboy], ['≥', 0.9, 1.2]),
  reach('memory growth in an upload of 1 GiB', own('upload-huge-memory'), memory),
  reach('memory growth in one of 4 GiB', { id: 'growth-upload-memory', row: fourGibibytes }, memory),
  reach('1 000 slow uploads, memory for each', own('slow-memory'), ['≤', 64, 16, 'KiB']),
  reach('/healthz beside 1 000 slow uploads, p99', own('slow-health'), ['≤', 100, 100, 'ms']),
  reach('from the first byte over the limit to 413', own('too-large'), ['≤', 50, 10, 'ms']),
  reach('rendition of 12 megapixels, against sharp in process', own('rendition', inProcess), [
    '≥',
    0.9,
    0.97,
  ]),
  reach('the same against ipx', own('rendition', 'ipx'), ['≥', 1.1, 1.2]),
  reach('the same against FastAPI of Debian 12 with Pillow', own('rendition', fastapiName), ['≥', 1.3, 1.4]),
  reach(
    'time of a whole ladder made in advance, against each from the original in process',
    { id: 'ladder', row: eagerLadder.name, against: inProcessLadder },
    ['≤', 0.5, 0.25],
  ),
  reach('hot rendition, against the fastest Node static server', own('deliver-small', staticPeers), [
    '≥',
    2,
    4,
  ]),
  reach('the same against nginx', own('deliver-small', 'nginx'), ['≥', 0.5, 0.5]),
  reach('original of 300 KB, against the same', own('deliver-large', staticPeers), ['≥', 1.1, 2]),
  reach('304 on an original, against the same', own('deliver-unchanged', staticPeers), ['≥', 1, 1]),
  reach('tRPC query, against tRPC’s standalone server', own('query', standalone), ['≥', 0.9, 1]),
  reach(
    'time of a page of 50 photos of 1 000 000, against of 1 000',
    { id: 'growth-list', row: millionPhotos, against: thousandPhotos },
    ['≤', 1.2, 1.05],
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
  reach('SDK, upload only', sdk('upload only (createUploader)'), ['≤', 4.5, 2.9, 'kB']),
  reach('SDK with tRPC', sdk('with tRPC (createTintypeClient)'), ['≤', 12, 9, 'kB']),
  reach('start to first answer, against Express + multer', own('start', expressMulter), ['≤', 1.5, 1.1]),
  reach('idle memory', own('idle'), ['≤', 95, 80, 'MiB']),
]
