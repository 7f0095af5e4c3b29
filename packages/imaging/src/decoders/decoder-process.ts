import { writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { toFailure } from '@tintype/contract'
import { readFacts } from '../formats/read-header.ts'
import { inspectImage } from '../pixels/inspect-image.ts'
import { loadSharp } from '../pixels/load-sharp.ts'
import { renderFormats } from '../pixels/render-formats.ts'
import { renderImage } from '../pixels/render-image.ts'
import { type DecoderReply, type DecoderRequest, type DecoderTasks, unforeseen } from './decoder-protocol.ts'

/*
 * A decoder: the process in which pixels are decoded, because sharp cannot be stopped half-way and the libraries that it
 * links can crash. `startDecoder` starts it and sends it one request at a time over IPC. It keeps nothing between two
 * requests: it can be killed at any moment (B143–B146).
 */

/**
 * Steps of priority below the server, which has little to do for each request, and every request waits for it. Beside
 * another busy process such a decoder still gets a quarter of a core, so that its deadline stays meaningful; with ten steps
 * it would be a tenth.
 */
const niceness = 5

// The drain waits for what is being decoded, and signals of a terminal or of systemd reach every process (B309).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

// Not `exit`, which would wait for the thread that decodes: the server that wanted the answer is gone.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

offerToOutOfMemoryKiller()
lowerPriority()

process.on('message', (request: DecoderRequest) => {
  answer(request).then(
    (result) => reply({ type: 'result', result }),
    (error: unknown) => reply({ type: 'failure', failure: toFailure(error, unforeseen) }),
  )
})

// Loaded before the first image comes; if that fails, each request says why.
await loadSharp().catch(() => {})
reply({ type: 'ready' })

async function answer(request: DecoderRequest): Promise<DecoderTasks[keyof DecoderTasks]['result']> {
  switch (request.task) {
    case 'inspect':
      return inspectImage(...request.arguments)
    case 'readFacts':
      return readFacts(...request.arguments)
    case 'render':
      return renderImage(...request.arguments)
    case 'renderFormats':
      return renderFormats(...request.arguments)
  }
}

function reply(message: DecoderReply): void {
  process.send?.(message)
}

/** If memory runs out, the kernel should kill a decoder and not the server. Needs no privilege. */
function offerToOutOfMemoryKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Not Linux, or without /proc: then the kernel chooses.
  }
}

/** Called before anything is decoded: on Linux only threads that start later inherit it. */
function lowerPriority(): void {
  try {
    setPriority(Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW))
  } catch {
    // Forbidden: then decoders and server share the processor evenly.
  }
}
