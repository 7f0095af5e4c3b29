import { parentPort, workerData } from 'node:worker_threads'
import { toFailure } from '@tintype/contract'
import { openSqliteWriter, type WriterOptions } from './open-writer.ts'
import { closeWriter, type WriteReply, type WriteRequest } from './writer-protocol.ts'

/* The thread that writes the catalog; started by `createSqliteWriter`, and asked by messages. */

const port = parentPort
if (!port) throw new Error('This module runs in a thread')
const answering = new Set<Promise<void>>()
let writer: ReturnType<typeof openSqliteWriter> | undefined

port.on('message', (request: WriteRequest | typeof closeWriter) => {
  if (request === closeWriter) return void close()
  const answer = write(request).then(
    (result) => reply({ number: request.number, result }),
    (error: unknown) => reply({ number: request.number, failure: toFailure(error, 'The catalog failed') }),
  )
  answering.add(answer)
  void answer.then(() => answering.delete(answer))
})

async function write({ task, arguments: given }: WriteRequest): Promise<unknown> {
  // Where it cannot be opened, each write says why, and the next tries again.
  writer ??= openSqliteWriter(workerData as WriterOptions)
  const method = writer[task] as (...given: readonly unknown[]) => Promise<unknown>
  return method(...given)
}

/** Answers all that was asked, then ends the thread. */
async function close(): Promise<void> {
  await Promise.all(answering)
  writer?.[Symbol.dispose]()
  port?.close()
}

function reply(answer: WriteReply): void {
  port?.postMessage(answer)
}
