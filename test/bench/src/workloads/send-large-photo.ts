import { byteSizeOf, type LoadBody } from '../load/load-plan.ts'
import { formFrame, makeFilling } from '../make-bodies.ts'
import { assertAllAnswered } from '../run-rounds.ts'
import { clearUploads } from '../servers/clear-uploads.ts'
import { watchGrowth } from '../servers/process-memory.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import type { UploadSide } from '../servers/upload-sides.ts'
import type { BenchContext } from '../workload.ts'

/** Bytes of a MiB. */
export const mebibyte = 1024 ** 2

/** A running server and how it accepts uploads. */
export interface UploadTarget {
  readonly side: UploadSide
  readonly server: RunningServer
}

/** What one upload took. */
export interface LargeUpload {
  readonly elapsedMs: number
  /** From resident memory after an upload of 4 MiB to its peak, in MiB; of the server and all that it started. */
  readonly grownMebibytes: number
}

/** Uploads 4 MiB, so that nothing is new to the server, and then a photograph of so many MiB. */
export async function sendLargePhoto(
  target: UploadTarget,
  mebibytes: number,
  context: BenchContext,
): Promise<LargeUpload> {
  await send(target, 4 * mebibyte, context)
  using memory = watchGrowth(target.server.pid)
  const elapsedMs = await send(target, mebibytes * mebibyte, context)
  return { elapsedMs, grownMebibytes: memory.grownByteSize() / mebibyte }
}

/** Sends a photograph with this many bytes after its end; resolves with the milliseconds it took. */
async function send({ side, server }: UploadTarget, byteSize: number, context: BenchContext) {
  const { before, behind } = formFrame()
  const photo = context.bodies.small
  const isForm = side.kind === 'form'
  const body: LoadBody = {
    prefix: isForm ? Buffer.concat([before, photo]) : photo,
    filling,
    fillingByteSize: byteSize - photo.length,
    suffix: isForm ? behind : new Uint8Array(),
  }
  const heads = [side.head(byteSizeOf(body))]
  const result = await context.generator.run({ port: server.port, connections: 1, heads, body, requests: 1 })
  assertAllAnswered(result, side.status)
  await clearUploads(side, server)
  return result.latencyMs.max
}

const filling = makeFilling()
