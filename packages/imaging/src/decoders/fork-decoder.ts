import { type ChildProcess, fork } from 'node:child_process'
import type { DecoderReply, DecoderRequest } from './decoder-protocol.ts'

/** How a child ended. */
export interface DecoderExit {
  /** Absent where the system refused to start it. */
  readonly pid: number | undefined
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The end of what it wrote to its standard error, or why it could not be started. */
  readonly stderr: string
}

/** A child process that runs a decoder's entry, and the line to it. */
export interface DecoderChild {
  readonly pid: number | undefined
  send(request: DecoderRequest): void
  /** Ends it, whatever it does. */
  kill(): void
  /** Whether this process stays alive for it; it does not at first. */
  keepAlive(isWanted: boolean): void
}

const stderrLength = 2000
const farewellMs = 250

/**
 * Starts a child process. Every failure, of the start too, is told by `onExit`, once.
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
  function onExit(exit: DecoderExit): void {
    clearTimeout(farewell)
    // Of a child that could not be started both `error` and `close` may tell.
    if (!isGone) handlers.onExit(exit)
    isGone = true
  }
  /** One that can no longer be spoken to is mostly about to exit, and its exit code tells why. */
  function onDisconnect(): void {
    farewell ??= setTimeout(kill, farewellMs)
  }
  const kill = () => void child.kill('SIGKILL')

  // Only this package's own entry speaks here.
  child.on('message', (message) => handlers.onReply(message as DecoderReply))
  child.on('disconnect', onDisconnect)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrLength)
  })
  // Not `exit`, behind which its last words may still come.
  child.on('close', (exitCode, signal) => onExit({ pid: child.pid, exitCode, signal, stderr }))
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
      // Bytes cross as they are, and of a view only the part that it shows.
      serialization: 'advanced',
      // Neither a debugger's port nor a secret of the server.
      execArgv: [],
      // A limit of glibc's on what it keeps of freed memory: 90 MB less after large images, no slower (measured).
      env: { UV_THREADPOOL_SIZE: '2', MALLOC_TRIM_THRESHOLD_: '131072' },
      // The server's log is JSON, which a library that complains would break.
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

/** Some errors of the system are thrown, such as ENOMEM, others are told by an event, such as EAGAIN. */
function unborn(error: Error, onExit: (exit: DecoderExit) => void): DecoderChild {
  setImmediate(() => onExit(neverStarted(error)))
  return { pid: undefined, send() {}, kill() {}, keepAlive() {} }
}

function neverStarted(error: Error): DecoderExit {
  return { pid: undefined, exitCode: null, signal: null, stderr: error.message }
}
