import { fstatSync, writeSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { writeOut } from './write-and-drain.ts'

/** Where a log's lines go. Disposing it writes what still waits. */
export interface LogStream extends AsyncDisposable {
  /** Takes a line with its line end. Never fails, never waits. */
  write(line: string): void
  /** Hands over what has been collected: as much of it as leaves at once survives the end of the process. */
  flush(): void
}

/** How long lines are collected, milliseconds. A line that comes alone leaves at once. */
const collectMs = 20
/** Lines are handed over sooner once they take this much. */
const pieceByteSize = 64 * 1024
/** What waits for a reader that does not read, at most; what comes then is lost (threat B312). */
const maxWaitingByteSize = 1024 * 1024
/** How long a reader is waited for at the end, milliseconds. */
const lastWordsMs = 1000

const lineEnd = 0x0a

/** What lines can be written to. */
interface Sink {
  /** Takes lines, and says how many of them are lost. */
  write(text: string): number
  /** Bytes that wait to be taken. */
  readonly waitingByteSize: () => number
  /** Resolves when none wait. */
  drained(): Promise<void>
}

/** Writes what is left of the bytes from an offset on, or a part of it; `writeSync`, outside of tests. */
type WriteBytes = (fd: number, bytes: Uint8Array, offset: number) => number

/**
 * Collects the lines of a busy server, so that a request does not cost a system call for its line, and writes them to
 * standard output. A reader that stops reading, one that is gone or a disk that is full cost lines, and nothing else: the
 * server goes on, and takes no more memory (threat B312). How many lines were lost stands in the log when it goes on.
 *
 * @param stdout `process.stdout`; what it is connected to decides: a file is written to directly, anything else has a
 * queue. The thread pool, which could be stuck in a pipe that nobody reads, has no part in it.
 */
export function openLogStream(
  stdout: Writable & { readonly fd: number },
  writeBytes: WriteBytes = writeSync,
): LogStream {
  const sink = fstatSync(stdout.fd).isFile() ? fileSink(stdout.fd, writeBytes) : streamSink(stdout)
  let collected = ''
  let lost = 0
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    const lines = collected
    collected = ''
    const telling = lost > 0 ? lostLine(lost) : ''
    if (lines + telling === '') return
    const missed = sink.write(lines + telling)
    if (missed === 0) lost = 0
    else lost += missed - countLines(telling)
  }

  function collect(): void {
    timer = setTimeout(() => {
      timer = undefined
      if (collected === '') return
      flush()
      collect()
    }, collectMs).unref()
  }

  return {
    write(line) {
      if (collected.length + sink.waitingByteSize() > maxWaitingByteSize) {
        lost += 1
        return
      }
      collected += line
      if (timer === undefined || collected.length > pieceByteSize) flush()
      if (timer === undefined) collect()
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      flush()
      await sink.drained()
    },
  }
}

function lostLine(lines: number): string {
  const facts = {
    level: 40,
    time: new Date().toISOString(),
    event: 'log-lost',
    lines,
    msg: 'lines were lost',
  }
  return `${JSON.stringify(facts)}\n`
}

/** How many lines end in a text. */
function countLines(text: string): number {
  return text.split('\n').length - 1
}

/** A file takes what it is given at once, or fails; on a disk that is full it may take a part before. */
function fileSink(fd: number, writeBytes: WriteBytes): Sink {
  let isMidLine = false
  return {
    write(text) {
      const start = isMidLine ? '\n' : '' // what comes behind half a line must not be lost with it
      const bytes = Buffer.from(start + text)
      let taken = 0
      try {
        while (taken < bytes.length) taken += writeBytes(fd, bytes, taken)
      } catch {
        // a full disk: what comes later may find space again
      }
      if (taken > 0) isMidLine = bytes[taken - 1] !== lineEnd
      return countLines(bytes.toString('latin1', Math.max(taken, start.length)))
    },
    waitingByteSize: () => 0,
    drained: async () => {},
  }
}

function streamSink(stdout: Writable): Sink {
  stdout.on('error', () => {}) // a reader that has gone: from then on everything is lost
  return {
    write(text) {
      if (!stdout.writable) return countLines(text)
      stdout.write(text)
      return 0
    },
    waitingByteSize: () => stdout.writableLength,
    async drained() {
      if (!stdout.writable || stdout.writableLength === 0) return
      await writeOut(stdout, '', AbortSignal.timeout(lastWordsMs))
    },
  }
}
