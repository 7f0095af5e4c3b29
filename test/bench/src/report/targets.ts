import { bareBusboy, expressMulter, fastapiName, tintype } from '../servers/upload-sides.ts'
import { median, medianRatio } from '../statistics.ts'
import type { WorkloadResult } from '../workload.ts'
import { staticPeers } from '../workloads/delivery.ts'
import { standalone } from '../workloads/queries.ts'
import { inProcess } from '../workloads/renditions.ts'

/** Something to reach. */
export interface Target {
  readonly work: string
  /** `undefined` where it was not measured. */
  readonly measured: number | undefined
  readonly unit: string
  readonly isMoreBetter: boolean
  readonly target: number
  readonly stretch: number
}

/** What was to be reached, and what was. */
export function compareWithTargets(results: readonly WorkloadResult[]): Target[] {
  const find = (id: string) => results.find((result) => result.id === id)
  const values = (id: string, name: string) => find(id)?.rows.find((row) => row.name === name)?.values
  const ratio = (id: string, other: string, name = tintype) => {
    const [mine, theirs] = [values(id, name), values(id, other)]
    return mine && theirs && medianRatio(mine, theirs)
  }
  const value = (id: string, name = tintype) => {
    const found = values(id, name)
    return found && median(found)
  }
  const fastest = (id: string) => {
    const all = staticPeers.map((peer) => ratio(id, peer)).filter((one) => one !== undefined)
    return all.length > 0 ? Math.min(...all) : undefined
  }
  const lists = find('list')?.rows.filter(({ name }) => name.startsWith(tintype)) ?? []
  const [few, many] = [lists[0], lists.at(-1)]
  const more = (work: string, measured: number | undefined, target: number, stretch: number): Target => ({
    ...{ work, measured, target, stretch, unit: '×', isMoreBetter: true },
  })
  const less = (
    work: string,
    measured: number | undefined,
    limits: [target: number, stretch: number, unit: string],
  ) => ({
    ...{ work, measured, target: limits[0], stretch: limits[1], unit: limits[2], isMoreBetter: false },
  })
  return [
    more(
      '200 KB, 64 at once, against Express + multer that only saves',
      ratio('upload-small-64', expressMulter),
      0.7,
      1,
    ),
    more('the same against FastAPI of Debian 12', ratio('upload-small-64', fastapiName), 1.2, 2),
    more('1 GiB against node:http + busboy', ratio('upload-huge', bareBusboy), 0.9, 1.2),
    less('memory growth from 4 MiB to 1 GiB', value('upload-huge-memory'), [32, 8, 'MiB']),
    less('1 000 slow uploads, memory for each', value('slow-memory'), [64, 16, 'KiB']),
    less('/healthz beside 1 000 slow uploads, p99', value('slow-health'), [100, 100, 'ms']),
    less('from the byte too many to 413', value('too-large'), [50, 10, 'ms']),
    more('rendition of 12 megapixels, against sharp in process', ratio('rendition', inProcess), 0.9, 0.97),
    more('the same against ipx', ratio('rendition', 'ipx'), 1.1, 1.2),
    more('the same against FastAPI of Debian 12 with Pillow', ratio('rendition', fastapiName), 1.3, 1.4),
    more('hot rendition against the fastest Node static server', fastest('deliver-small'), 2, 4),
    more('hot rendition against nginx', ratio('deliver-small', 'nginx'), 0.5, 0.5),
    more('original of 300 KB against the fastest Node static server', fastest('deliver-large'), 1.1, 2),
    more('304 against the fastest Node static server', fastest('deliver-unchanged'), 1, 1),
    more('tRPC query against tRPC’s standalone server', ratio('query', standalone), 0.9, 1),
    less(
      'time of a page of 50 from the most rows against from 1 000',
      few && many && medianRatio(few.values, many.values),
      [1.2, 1.05, '×'],
    ),
    less('SDK, upload only', value('sdk-size', 'upload only (createUploader)'), [4, 2.9, 'kB']),
    less('SDK with tRPC', value('sdk-size', 'with tRPC (createTintypeClient)'), [12, 9, 'kB']),
    less('start to first answer against Express + multer', ratio('start', expressMulter), [1.5, 1.1, '×']),
    less('idle memory', value('idle'), [95, 80, 'MiB']),
  ]
}

/** The verdict in a word. */
export function judge({ measured, target, stretch, isMoreBetter }: Target): string {
  if (measured === undefined || Number.isNaN(measured)) return 'not measured'
  const reaches = (limit: number) => (isMoreBetter ? measured >= limit : measured <= limit)
  return reaches(stretch) ? 'met, stretch too' : reaches(target) ? 'met' : 'missed'
}
