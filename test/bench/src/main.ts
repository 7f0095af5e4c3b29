import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLoadGenerator } from './load/open-load-generator.ts'
import { makeBodies } from './make-bodies.ts'
import { parseOptions } from './options.ts'
import { readMachine } from './read-machine.ts'
import { renderReport } from './report/render-report.ts'
import { writeDocuments } from './report/write-documents.ts'
import { findLeftOut } from './servers/find-left-out.ts'
import type { BenchContext, Workload, WorkloadResult } from './workload.ts'
import { measureAccess } from './workloads/access.ts'
import { measureDelivery } from './workloads/delivery.ts'
import { measureLadders } from './workloads/ladders.ts'
import { measureLikeForLike } from './workloads/like-for-like.ts'
import { measureNodes } from './workloads/nodes.ts'
import { measureOneLargeUpload } from './workloads/one-large-upload.ts'
import { measureQueries } from './workloads/queries.ts'
import { measureRenditions } from './workloads/renditions.ts'
import { measureRowSizes } from './workloads/row-sizes.ts'
import { measureSdkSize } from './workloads/sdk-size.ts'
import { measureSearches } from './workloads/searches.ts'
import { measureSlowUploads } from './workloads/slow-uploads.ts'
import { measureStart } from './workloads/start.ts'
import { measureTooLarge } from './workloads/too-large.ts'
import { measureTypeCheck } from './workloads/type-check.ts'
import { measureUploads } from './workloads/uploads.ts'

const workloads: Record<string, Workload> = {
  'like-for-like': measureLikeForLike,
  uploads: measureUploads,
  large: measureOneLargeUpload,
  'too-large': measureTooLarge,
  slow: measureSlowUploads,
  renditions: measureRenditions,
  ladder: measureLadders,
  delivery: measureDelivery,
  queries: measureQueries,
  searches: measureSearches,
  access: measureAccess,
  nodes: measureNodes,
  rows: measureRowSizes,
  start: measureStart,
  sdk: measureSdkSize,
  types: measureTypeCheck,
}

const options = parseOptions(process.argv.slice(2), Object.keys(workloads))
const say = (line: string) => console.error(line)
const directory = await mkdtemp(join(tmpdir(), 'tintype-bench-'))
try {
  await using generator = openLoadGenerator()
  const load = loadavg()[0] ?? 0
  const leftOut = await findLeftOut(directory)
  for (const [name, reason] of leftOut) say(`left out: ${name} (${reason})`)
  const context: BenchContext = {
    ...options,
    ...{ generator, directory, say, leftOut, bodies: await makeBodies(options) },
  }
  const machine = readMachine(load)
  const results: WorkloadResult[] = []
  const findings = { machine, results, leftOut, isQuick: options.isQuick }
  const numbers = () => JSON.stringify({ ...findings, leftOut: [...leftOut], options }, null, 2)
  for (const [name, measure] of Object.entries(workloads)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue
    const startedAt = performance.now()
    results.push(...(await measure(context)))
    await writeFile(options.outFile, numbers()) // what is there stays, even if a later workload fails
    say(`${name}: ${Math.round((performance.now() - startedAt) / 1000)} s`)
  }
  console.log(renderReport(findings))
  if (options.writesDocuments) await writeDocuments(findings)
  say(`numbers: ${options.outFile}`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
