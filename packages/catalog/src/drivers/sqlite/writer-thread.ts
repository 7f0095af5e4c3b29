import { parentPort, workerData } from 'node:worker_threads'
import { toFailure } from '@tintype/contract'
import { openSqliteWriter, type WriterOptions } from './open-writer.ts'
import {
  closeWriter,
  type WriteArguments,
  type WriteReply,
  type WriteRequest,
  type WriteResults,
  type WriteTask,
} from './writer-protocol.ts'

/* The thread that writes the catalog; started by `createSqliteWriter`, which sends it messages. */

const port = parentPort
if (!port) throw new Error('This module runs in a thread')
const answering = new Set<Promise<void>>()
let writer: ReturnType<typeof openSqliteWriter> | undefined

/** A writer as a table of tasks, so that a request's arguments and its method have one type. */
type Tasks = {
  readonly [Task in WriteTask]: (...given: WriteArguments[Task]) => Promise<WriteResults[Task]>
}

port.on('message', (request: WriteRequest | typeof closeWriter) => {
  if (request === closeWriter) return void close()
  const answer = write(request).then(
    (result) => reply({ number: request.number, result }),
    (error: unknown) => reply({ number: request.number, failure: toFailure(error, 'The catalog failed') }),
  )
  answering.add(answer)
  void answer.then(() => answering.delete(answer))
})

async function write(request: WriteRequest) {
  // If it cannot be opened, each write fails with the reason, and the next tries again.
  writer ??= openSqliteWriter(workerData as WriterOptions)
  return await perform(writer, request)
}

function perform<Task extends WriteTask>(tasks: Tasks, request: WriteRequest<Task>) {
  return tasks[request.task](...request.arguments)
}

/** Answers every earlier write, then ends the thread. */
async function close(): Promise<void> {
  await Promise.all(answering)
  writer?.[Symbol.dispose]()
  port?.close()
}

function reply(answer: WriteReply): void {
  port?.postMessage(answer)
}
