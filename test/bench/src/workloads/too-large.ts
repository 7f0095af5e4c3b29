import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { formFrame } from '../make-bodies.ts'
import { runRounds } from '../run-rounds.ts'
import { startTintype } from '../servers/contestants.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

const limitByteSize = 8 * 1024 ** 2

/** From the first byte over the limit to the answer, without a declared length. */
export async function measureTooLarge(context: BenchContext): Promise<WorkloadResult[]> {
  const env = { TINTYPE_MAX_UPLOAD_SIZE: `${limitByteSize}b` }
  await using server = await startTintype(env)(join(context.directory, 'too-large'))
  const photo = context.bodies.small
  const file = Buffer.concat([photo, Buffer.alloc(limitByteSize - photo.length, 7)])
  context.say('Too large')
  const values = await runRounds([{ name: 'Tintype', turn: () => timeRefusal(server.port, file) }], {
    ...context,
    rounds: context.isQuick ? 2 : 20,
  })
  return [
    {
      id: 'too-large',
      title: 'From the first byte over the limit to the 413 at the client',
      unit: 'ms',
      isMoreBetter: false,
      rows: [...values].map(([name, times]) => ({ name, values: times })),
      references: [],
      notes: [`A chunked form of a file of ${limitByteSize} bytes, which is the limit; then one byte more.`],
    },
  ]
}

/** Sends a file of exactly the limit, waits until it was read, and measures the time to the answer to one byte more. */
async function timeRefusal(port: number, file: Uint8Array): Promise<number> {
  const { contentType, before } = formFrame()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const chunk = (bytes: Uint8Array) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
  socket.write(
    `POST /photos HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
  socket.write(chunk(Buffer.concat([before, file])))
  if (socket.writableLength > 0) await once(socket, 'drain')
  await delay(200) // the server reads what the kernel still holds
  // busboy holds back as many bytes as a boundary could begin with; these are enough to release the byte over the limit
  const startedAt = performance.now()
  socket.write(chunk(Buffer.alloc(100, 7)))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  const elapsedMs = performance.now() - startedAt
  socket.destroy()
  const line = answer.toString('latin1', 0, 12)
  if (line !== 'HTTP/1.1 413') throw new Error(`expected 413: ${line}`)
  return elapsedMs
}
