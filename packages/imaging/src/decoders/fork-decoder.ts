import { type ChildProcess, fork } from 'node:child_process'
import type { DecoderReply, DecoderRequest } from './decoder-protocol.ts'

/** How a child process ended. */
export interface DecoderExit {
  /** Absent if the system refused to start it. */
  readonly pid: number | undefined
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The end of what it wrote to its standard error, or why it could not be started. */
  readonly stderr: string
  /** Whether it was killed because it could no longer be reached. */
  readonly wasUnreachable?: true
}

/** A child process that runs a decoder's entry. */
export interface DecoderChild {
  readonly pid: number | undefined
  send(request: DecoderRequest): void
  /** Ends it at once, at work or not. */
  kill(): void
  /** Sets whether this process stays alive for it; at first it does not. */
  keepAlive(isWanted: boolean): void
}

const stderrLength = 2000
const farewellMs = 250

/**
 * Starts a child process. Every failure, including one of the start, is reported by `onExit`, once.
 *
 * @param entry the module that it runs
 */
export function forkDecoder(
  entry: URL,
  handlers: {
    readonly onReply: (reply: DecoderReply) => void
    readonly onExit: (exit: DecoderExit) => void
  },
): DecoderChild {
  const child = tryFork(entry)
  if (child instanceof Error) return unborn(child, handlers.onExit)
  let stderr = ''
  let isGone = false
  let farewell: NodeJS.Timeout | undefined
  let wasUnreachable = false
  function onExit(exit: DecoderExit): void {
    clearTimeout(farewell)
    // If a child could not be started, both `error` and `close` may be emitted.
    if (!isGone) handlers.onExit(exit)
    isGone = true
  }
  /** A child that cannot be reached any more is mostly about to exit, and its exit code says why. */
  function onDisconnect(): void {
    farewell ??= setTimeout(() => {
      wasUnreachable = true
      kill()
    }, farewellMs)
  }
  const kill = () => void child.kill('SIGKILL')

  // Only this package's own entry sends messages here.
  child.on('message', (message) => handlers.onReply(message as DecoderReply))
  child.on('disconnect', onDisconnect)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrLength)
  })
  // Not `exit`, after which more of its standard error may come.
  child.on('close', (exitCode, signal) => {
    onExit({ pid: child.pid, exitCode, signal, stderr, ...(wasUnreachable && { wasUnreachable }) })
  })
  child.on('error', (error) => {
    if (child.pid === undefined) onExit(neverStarted(error))
  })

  unref(child)
  return {
    pid: child.pid,
    send: (request) => void child.send(request, (error) => error && onDisconnect()),
    kill,
    keepAlive: (isWanted) => (isWanted ? ref(child) : unref(child)),
  }
}

function tryFork(entry: URL): ChildProcess | Error {
  try {
    return fork(entry, [], {
      // Bytes cross as they are, and only the part of a buffer that a view shows.
      serialization: 'advanced',
      // Neither the server's debugger port nor its secrets.
      execArgv: [],
      // A limit of glibc's on what it keeps of freed memory: 90 MB less after large images, no slower (measured).
      env: { UV_THREADPOOL_SIZE: '2', MALLOC_TRIM_THRESHOLD_: '131072' },
      // The server's log is JSON; what a library prints would break it.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function ref(child: ChildProcess): void {
  child.ref()
  child.channel?.ref()
}

function unref(child: ChildProcess): void {
  child.unref()
  child.channel?.unref()
  if (child.stderr && 'unref' in child.stderr && typeof child.stderr.unref === 'function')
    child.stderr.unref()
}

/** Some system errors are thrown, such as ENOMEM; others are emitted as an event, such as EAGAIN. */
function unborn(error: Error, onExit: (exit: DecoderExit) => void): DecoderChild {
  setImmediate(() => onExit(neverStarted(error)))
  return { pid: undefined, send() {}, kill() {}, keepAlive() {} }
}

function neverStarted(error: Error): DecoderExit {
  return { pid: undefined, exitCode: null, signal: null, stderr: error.message }
}
