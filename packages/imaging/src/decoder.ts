import { type ChildProcess, fork } from 'node:child_process'
import { type DecodeBudget, type DecoderLoss, type DecoderLossReason, DecoderLostError } from './decoder-loss.ts'
import { type DecoderReply, type DecoderRequest, fromFailure } from './decoder-protocol.ts'
import { watchMemory } from './memory-watch.ts'

/** A child process that decodes, one image at a time. It does not keep this process alive unless it is at work. */
export interface Decoder {
  /** Absent where the system refused to start it. */
  readonly pid: number | undefined
  /**
   * Asks it, as soon as it has started; never twice at once.
   *
   * @throws DecoderLostError where it is killed for what the request takes, or dies
   * @throws TintypeError as the task does
   */
  ask(request: DecoderRequest): Promise<unknown>
  /** Kills it; resolves when the system has taken it away. It keeps nothing that a softer end could save. */
  end(): Promise<void>
}

/** How a decoder is started. */
export interface DecoderOptions {
  /** The module that the child runs. */
  readonly entry: URL
  /** Holds for each request, from when the child has started. */
  readonly budget: DecodeBudget
  /** Called once, when it is gone: with the loss, or without one if it was told to end. */
  readonly onGone: (loss: DecoderLoss | undefined) => void
}

// 250 ms where nothing else runs.
const startTimeoutMs = 30_000
const stderrLength = 2000

/** Starts a decoder. It fails, if it does, when it is asked. */
export function startDecoder({ entry, budget, onGone }: DecoderOptions): Decoder {
  const child = forkDecoder(entry)
  const gone = Promise.withResolvers<void>()
  let isReady = false
  let isEnding = false
  let verdict: DecoderLossReason | undefined
  let lost: DecoderLostError | undefined
  let stderr = ''
  let job: (PromiseWithResolvers<unknown> & { readonly request: DecoderRequest }) | undefined
  let deadline = setTimeout(() => kill('start'), startTimeoutMs).unref()
  let watch: Disposable | undefined

  function kill(reason: DecoderLossReason): void {
    verdict ??= reason
    child.kill('SIGKILL')
  }

  function begin(): void {
    if (!isReady || !job) return
    child.send(job.request, (error) => error && kill('crash'))
    deadline = setTimeout(() => kill('deadline'), budget.timeoutMs)
    const limitByteSize = budget.memoryByteSize
    if (child.pid !== undefined)
      watch = watchMemory(child.pid, { limitByteSize, onExceeded: () => kill('memory') })
  }

  function settle(): typeof job {
    clearTimeout(deadline)
    watch?.[Symbol.dispose]()
    const settled = job
    job = undefined
    return settled
  }

  function leave(exitCode: number | null, signal: NodeJS.Signals | null): void {
    if (lost) return
    const reason = verdict ?? (isReady ? 'crash' : 'start')
    const loss = { reason, pid: child.pid, exitCode, signal, stderr }
    lost = new DecoderLostError(loss)
    const settled = settle()
    onGone(isEnding ? undefined : loss)
    settled?.reject(lost)
    gone.resolve()
  }

  child.on('message', (message) => {
    // Only this package's own entry speaks here.
    const reply = message as DecoderReply
    if (reply.type === 'ready') {
      clearTimeout(deadline)
      isReady = true
      begin()
      return
    }
    const settled = settle()
    if (reply.type === 'result') settled?.resolve(reply.result)
    else settled?.reject(fromFailure(reply.failure))
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrLength)
  })
  // A child that can no longer be heard is of no use.
  child.on('disconnect', () => kill(isReady ? 'crash' : 'start'))
  // Not `exit`, behind which its last words may still come.
  child.on('close', leave)
  child.on('error', (error) => {
    stderr ||= error.message
    if (child.pid === undefined) leave(null, null)
  })
  keepAlive(child, false)

  return {
    pid: child.pid,
    async ask(request) {
      if (lost) throw lost
      job = { ...Promise.withResolvers<unknown>(), request }
      keepAlive(child, true)
      try {
        begin()
        return await job.promise
      } finally {
        keepAlive(child, false)
      }
    },
    end() {
      isEnding = true
      if (!lost) keepAlive(child, true)
      child.kill('SIGKILL')
      return gone.promise
    },
  }
}

function forkDecoder(entry: URL): ChildProcess {
  return fork(entry, [], {
    // Buffers cross as bytes, and only the part that a view shows.
    serialization: 'advanced',
    // Neither a debugger's port nor a secret of the server.
    execArgv: [],
    env: { UV_THREADPOOL_SIZE: '2' },
    // The server's log is JSON, which libraries that complain would break.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}

function keepAlive(child: ChildProcess, isWanted: boolean): void {
  const change = isWanted ? 'ref' : 'unref'
  child[change]()
  child.channel?.[change]()
}
