import { parentPort, workerData } from 'node:worker_threads'
import { toFailure } from '@tintype/contract'
import { queryLimits } from '../../../turns/query-too-long.ts'
import { createTurns, runPieces } from '../../../turns/turns.ts'
import { assertInPlace } from '../file-identity.ts'
import { openDatabaseForReading } from '../open-database.ts'
import { prepareReads } from '../read-photos.ts'
import { toCatalogError } from '../sqlite-error.ts'
import { prepareTagList } from '../tags/list-tags.ts'
import { lowerPriority } from '../threads/lower-priority.ts'
import {
  closeReader,
  type ReadCancellation,
  type ReaderOptions,
  type ReadReply,
  type ReadRequest,
} from './reader-protocol.ts'
import { prepareSlices } from './slices.ts'

/* The thread for reads of the catalog that may take long; started by `createSqliteReader`, which sends it messages. */

/** Milliseconds of work before another client's query has its turn. */
const sliceMs = 10

const port = parentPort
if (!port) throw new Error('This module runs in a thread')
lowerPriority() // a search may wait; a request may not
const turns = createTurns({ ...queryLimits, nowMs: processorTimeMs })
const running = new Map<number, AbortController>()
let opening: ReturnType<typeof open> | undefined

port.on('message', (message: ReadRequest | ReadCancellation | typeof closeReader) => {
  if (message === closeReader) return void close()
  if ('cancelled' in message) return running.get(message.cancelled)?.abort()
  const { number } = message
  read(message).then(
    (result) => reply({ number, result }),
    (error: unknown) =>
      reply({ number, failure: toFailure(toCatalogError(error), 'The catalog cannot be read') }),
  )
})

async function open({ file, shortSearchReach, watched }: ReaderOptions) {
  assertInPlace(watched)
  const database = await openDatabaseForReading(file, { isFrozen: false })
  const slices = prepareSlices(database, { sliceMs })
  const reads = prepareReads(database, { shortSearchReach, slices })
  return { database, reads, listTags: prepareTagList(database, slices) }
}

async function read(request: ReadRequest) {
  const { number, share } = request
  const cancelling = new AbortController()
  running.set(number, cancelling)
  try {
    const { reads, listTags } = await openOnce()
    return await turns.run(
      async (pause) => {
        if (request.task === 'count') return reads.count()
        if (request.task === 'list') return await runPieces(reads.list(request.query), pause)
        return await runPieces(listTags(request.query), pause)
      },
      { share, signal: cancelling.signal },
    )
  } finally {
    running.delete(number)
  }
}

/** If it cannot be opened, each read fails with the reason, and the next one tries again. */
function openOnce(): ReturnType<typeof open> {
  opening ??= open(workerData as ReaderOptions).catch((error: unknown) => {
    opening = undefined
    throw error
  })
  return opening
}

async function close(): Promise<void> {
  const opened = await opening?.catch(() => undefined)
  opened?.database.close()
  port?.close()
}

/** What this thread has used, so that a query is not ended because others have the processors. */
function processorTimeMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function reply(answer: ReadReply): void {
  port?.postMessage(answer)
}
