import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { assertAllAnswered, runRounds, type Side } from '../run-rounds.ts'
import { startFastapi, startPeer, startTintype } from '../servers/contestants.ts'
import { settleTintype } from '../servers/settle-tintype.ts'
import { fastapiName, tintype } from '../servers/upload-sides.ts'
import { uploadPhoto } from '../upload-photo.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** Reads and saves the same picture, without a server. */
export const inProcess = 'sharp in process, no HTTP'
const ipx = 'ipx'

/** A rendition of 320 × 240 of a photograph of 12 megapixels that was not requested before. */
export async function measureRenditions(context: BenchContext): Promise<WorkloadResult[]> {
  const { directory, bodies, generator } = context
  const count = context.isQuick ? 4 : 32
  await using running = new AsyncDisposableStack()
  const own = running.use(await startTintype()(join(directory, 'renditions')))
  const file = join(directory, 'photo.jpg')
  await writeFile(file, bodies.large)
  const get = async (port: number, paths: string[]) => {
    const heads = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    const result = await generator.run({ port, connections: 4, heads, requests: count })
    assertAllAnswered(result, 200)
    return (count / result.elapsedMs) * 1000
  }
  const sides: (Side & { leavesOut: string })[] = [
    {
      name: tintype,
      leavesOut: '–',
      async turn() {
        const ids: string[] = []
        for (let at = 0; at < count; at++) ids.push((await uploadPhoto(own.port, bodies.large)).id)
        await settleTintype(own.port)
        return get(
          own.port,
          ids.map((id) => `/media/${id}/w320.webp`),
        )
      },
    },
    {
      name: inProcess,
      leavesOut: 'HTTP, limits, a process of its own, sync, row',
      async turn() {
        const entry = fileURLToPath(new URL('../peers/in-process-sharp.ts', import.meta.url))
        const { stdout } = await promisify(execFile)(process.execPath, [
          entry,
          file,
          String(count),
          'w320.webp',
        ])
        return (count / Number(stdout)) * 1000
      },
    },
  ]
  const leavesOut = 'limits, a process of its own, storing the result, sync, row'
  const ipxServer = running.use(await startPeer('ipx')(join(directory, 'ipx')))
  await writeFile(join(ipxServer.directory, 'photo.jpg'), bodies.large)
  const query = 'w_320,f_webp,q_78'
  sides.push({
    name: ipx,
    leavesOut,
    turn: () =>
      get(
        ipxServer.port,
        Array.from({ length: count }, () => `/${query}/photo.jpg`),
      ),
  })
  if (!context.leftOut.has(fastapiName)) {
    const fastapi = running.use(await startFastapi(join(directory, 'fastapi')))
    await writeFile(join(fastapi.directory, 'photo.jpg'), bodies.large)
    const paths = Array.from({ length: count }, (_, at) => `/thumbnail/photo.jpg?n=${at}`)
    sides.push({
      name: fastapiName,
      leavesOut: `${leavesOut}, orientation`,
      turn: () => get(fastapi.port, paths),
    })
  }
  context.say('Renditions')
  const values = await runRounds(sides, context)
  return [
    {
      id: 'rendition',
      title: 'A rendition made on request: 320 px WebP from 12 megapixels, 4 at once',
      unit: 'per second',
      isMoreBetter: true,
      rows: sides.map(({ name, leavesOut }) => ({ name, leavesOut, values: values.get(name) ?? [] })),
      references: [inProcess, ipx, fastapiName],
      notes: [
        `The photograph has ${bodies.large.length} bytes. Quality 78 and effort 2 everywhere except in ipx, which has no setting for effort and uses sharp’s default.`,
        'No row for the generator’s ceiling: it can send far more requests than these (see the tables of delivery).',
      ],
    },
  ]
}
