import { writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { toFailure } from '@tintype/contract'
import { readFacts } from '../formats/read-header.ts'
import { unpackImage } from '../pixels/decode-to-file.ts'
import { inspectImage } from '../pixels/inspect-image.ts'
import { loadSharp } from '../pixels/load-sharp.ts'
import { renderImage } from '../pixels/render-image.ts'
import { type DecoderReply, type DecoderRequest, type DecoderTasks, unforeseen } from './decoder-protocol.ts'
import { createKeptPreviews } from './preview-cache.ts'

/*
 * A decoder: the process that pixels are decoded in, because sharp cannot be stopped half-way and what it links
 * can crash. Started by `startDecoder`, asked over IPC, one request at a time. It keeps nothing but some
 * previews, which can be made anew, so that it can be killed at any moment (B143–B146).
 */

/**
 * Steps of priority below the server, which has little to do for each request, and everybody waits until it has done it.
 * Beside a busy stranger such a decoder still gets a quarter of a core, so that its deadline means what it says; with ten
 * steps it would be a tenth.
 */
const niceness = 5

const previews = createKeptPreviews()

// The drain waits for what is being decoded, and signals of a terminal or of systemd reach every process (B309).
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

// Not `exit`, which would wait for the thread that decodes: whoever wanted the answer is gone.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

sacrificeFirst()
giveWay()

process.on('message', (request: DecoderRequest) => {
  answer(request).then(
    (result) => reply({ type: 'result', result }),
    (error: unknown) => reply({ type: 'failure', failure: toFailure(error, unforeseen) }),
  )
})

// Loaded before the first image comes; where that fails, each request says why.
await loadSharp().catch(() => {})
reply({ type: 'ready' })

async function answer(request: DecoderRequest): Promise<DecoderTasks[keyof DecoderTasks]['result']> {
  switch (request.task) {
    case 'inspect': {
      const { preview, ...facts } = await inspectImage(...request.arguments)
      return { ...facts, preview: previews.keep(preview) }
    }
    case 'measure':
      return readFacts(...request.arguments)
    case 'render':
      return renderImage(...request.arguments)
    case 'renderPreview': {
      const [preview, options] = request.arguments
      const pixels = previews.take(preview)
      return pixels && renderImage(pixels, options)
    }
    case 'unpack':
      return unpackImage(...request.arguments)
    case 'versions':
      return readVersions()
  }
}

async function readVersions(): Promise<Readonly<Record<string, string>>> {
  const { versions } = await loadSharp()
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, version ?? '']))
}

function reply(message: DecoderReply): void {
  process.send?.(message)
}

/** Where memory runs out, the kernel shall take a decoder and not the server. Needs no privilege. */
function sacrificeFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Not Linux, or /proc is not there: then the kernel chooses as it likes.
  }
}

/** Before anything is decoded: on Linux only threads that start later inherit it. */
function giveWay(): void {
  try {
    setPriority(Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW))
  } catch {
    // Forbidden: then the two share as they would have.
  }
}
