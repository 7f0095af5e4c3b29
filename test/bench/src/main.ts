import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine } from './describe-machine.ts'
import { openLoadGenerator } from './load/open-load-generator.ts'
import { makeBodies } from './make-bodies.ts'
import { parseOptions } from './options.ts'
import { renderReport } from './report/render-report.ts'
import { writeDocuments } from './report/write-documents.ts'
import { isFastapiHere, isNginxHere } from './servers/contestants.ts'
import type { BenchContext, Workload, WorkloadResult } from './workload.ts'
import { measureDelivery } from './workloads/delivery.ts'
import { measureOneLargeUpload } from './workloads/one-large-upload.ts'
import { measureQueries } from './workloads/queries.ts'
import { measureRenditions } from './workloads/renditions.ts'
import { measureSdkSize } from './workloads/sdk-size.ts'
import { measureSlowUploads } from './workloads/slow-uploads.ts'
import { measureStart } from './workloads/start.ts'
import { measureTooLarge } from './workloads/too-large.ts'
import { measureUploads } from './workloads/uploads.ts'

const workloads: Record<string, Workload> = {
  uploads: measureUploads,
  large: measureOneLargeUpload,
  'too-large': measureTooLarge,
  slow: measureSlowUploads,
  renditions: measureRenditions,
  delivery: measureDelivery,
  queries: measureQueries,
  start: measureStart,
  sdk: measureSdkSize,
}

const options = parseOptions(process.argv.slice(2))
const say = (line: string) => console.error(line)
if (!isNginxHere) say('left out: nginx, which is not installed')
if (!isFastapiHere)
  say('left out: FastAPI; Debian has it as python3-fastapi python3-uvicorn python3-multipart python3-pil')

const directory = await mkdtemp(join(tmpdir(), 'tintype-bench-'))
try {
  await using generator = openLoadGenerator()
  const load = loadavg()[0] ?? 0
  const context: BenchContext = { ...options, generator, directory, say, bodies: await makeBodies() }
  const results: WorkloadResult[] = []
  for (const [name, measure] of Object.entries(workloads)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue
    results.push(...(await measure(context)))
  }
  const machine = describeMachine(load)
  await writeFile(options.outFile, JSON.stringify({ machine, options, results }, null, 2))
  console.log(renderReport({ machine, results }))
  if (options.writesDocuments) await writeDocuments({ machine, results })
  say(`numbers: ${options.outFile}`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
