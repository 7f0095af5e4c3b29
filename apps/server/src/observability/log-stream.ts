import { fstatSync, writeSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { writeAndDrain } from './write-and-drain.ts'

/** The destination of a log's lines. Disposing it writes the collected ones. */
export interface LogStream extends AsyncDisposable {
  /** Adds a line with its line end. Never throws, never waits. */
  write(line: string): void
  /** Writes the collected lines. What the system accepts at once survives the end of the process. */
  flush(): void
}

/** Milliseconds for which lines are collected. A single line is written at once. */
const collectMs = 20
/** Collected characters after which lines are written sooner. */
const pieceByteSize = 64 * 1024
/** Most that waits for a reader that does not read. Further lines are lost (threat B312). */
const maxWaitingByteSize = 1024 * 1024
/** Milliseconds in which the last lines may still be read. */
const lastReadMs = 1000

const lineEnd = 0x0a

/** A destination of lines. */
interface Sink {
  /** Writes lines. Returns how many of them were lost. */
  write(text: string): number
  /** Bytes that wait for the reader. */
  readonly waitingByteSize: () => number
  /** Resolves when none wait. */
  drained(): Promise<void>
}

/** Writes the bytes from an offset on, or a part of them; `writeSync` outside of tests. */
type WriteBytes = (fd: number, bytes: Uint8Array, offset: number) => number

/**
 * Collects the lines of a busy server, so that a request does not cost a system call, and writes them to standard output. If
 * the reader stops or leaves, or the disk is full, lines are lost and nothing else happens: the server continues and needs
 * no more memory (threat B312). The next line that is written says how many were lost.
 *
 * @param stdout `process.stdout`. A file is written directly, anything else has a queue. The thread pool is not used: a pipe
 * that nothing reads would block a thread.
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
    const lossLine = lost > 0 ? formatLoss(lost) : ''
    if (lines + lossLine === '') return
    const missed = sink.write(lines + lossLine)
    if (missed === 0) lost = 0
    else lost += missed - countLines(lossLine)
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

function formatLoss(lines: number): string {
  const facts = {
    level: 40,
    time: new Date().toISOString(),
    event: 'log-lost',
    lines,
    msg: 'log lines were lost',
  }
  return `${JSON.stringify(facts)}\n`
}

/** The number of line ends in a text. */
function countLines(text: string): number {
  return text.split('\n').length - 1
}

/** A file accepts bytes at once or fails; on a full disk it may accept a part first. */
function fileSink(fd: number, writeBytes: WriteBytes): Sink {
  let isMidLine = false
  return {
    write(text) {
      const start = isMidLine ? '\n' : '' // ends a half line, so that the next one can be read
      const bytes = Buffer.from(start + text)
      let taken = 0
      try {
        while (taken < bytes.length) taken += writeBytes(fd, bytes, taken)
      } catch {
        // a full disk may have space again later
      }
      if (taken > 0) isMidLine = bytes[taken - 1] !== lineEnd
      return countLines(bytes.toString('latin1', Math.max(taken, start.length)))
    },
    waitingByteSize: () => 0,
    drained: async () => {},
  }
}

function streamSink(stdout: Writable): Sink {
  stdout.on('error', () => {}) // the reader has left; all further lines are lost
  return {
    write(text) {
      if (!stdout.writable) return countLines(text)
      stdout.write(text)
      return 0
    },
    waitingByteSize: () => stdout.writableLength,
    async drained() {
      if (!stdout.writable || stdout.writableLength === 0) return
      await writeAndDrain(stdout, '', AbortSignal.timeout(lastReadMs))
    },
  }
}
