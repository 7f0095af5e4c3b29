import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** A system call as it begins (`result` is `undefined`) or ends. A call that is not interrupted comes twice in a row. */
export interface TraceEvent {
  readonly call: string
  /** The two events of one call share this object. */
  readonly arguments: TraceArguments
  readonly result: number | undefined
}

/** What a system call was made with. */
export interface TraceArguments {
  /** As strace writes them, strings as hexadecimal escapes. */
  readonly text: string
  /** Every string, in order: paths, or the bytes that are written. */
  readonly strings: readonly Buffer[]
  /** Path of the first file descriptor, or `socket:[…]`; `undefined` if there is none. */
  readonly path: string | undefined
}

/** The flags of strace that `readTrace` needs. */
export const traceFlags: readonly string[] = [
  ...['-f', '-qq', '-y', '-xx', '--seccomp-bpf', '-e', 'signal=none', '-s', '5000000', '-e'],
  `trace=${['write', 'writev', 'pwrite64', 'pwritev', 'sendto', 'sendmsg', 'fsync', 'fdatasync'].join()},` +
    ['ftruncate', 'openat', 'mkdir', 'rmdir', 'link', 'linkat', 'rename', 'renameat', 'unlink'].join(),
]

/** Reads the output of strace, in the order of events. Failed calls are left out. */
export async function* readTrace(file: string): AsyncGenerator<TraceEvent> {
  const open = new Map<string, TraceEvent>()
  for await (const line of createInterface(createReadStream(file))) {
    const thread = line.slice(0, line.indexOf(' '))
    const rest = line.slice(thread.length).trimStart()
    const result = readResult(rest)
    if (rest.startsWith('<...')) {
      const begun = open.get(thread)
      open.delete(thread)
      if (begun && result >= 0) yield { ...begun, result }
      continue
    }
    const call = rest.slice(0, rest.indexOf('('))
    const begun = { call, arguments: readArguments(rest.slice(call.length + 1)), result: undefined }
    if (rest.endsWith('<unfinished ...>')) open.set(thread, begun)
    else if (!(result >= 0)) continue
    yield begun
    if (result >= 0) yield { ...begun, result }
  }
}

/** `NaN` if the call has not ended yet. No string can look like a result, because all are hexadecimal. */
function readResult(line: string): number {
  const at = line.lastIndexOf(' = ')
  return Number(at === -1 ? Number.NaN : /^-?\d+/.exec(line.slice(at + 3))?.[0])
}

function readArguments(text: string): TraceArguments {
  const strings = text.match(/"(?:\\x[0-9a-f]{2})*"/g) ?? []
  const path = /^\d+<([^>]*)>/.exec(text)?.[1]
  return {
    text,
    strings: strings.map((one) => readEscapes(one.slice(1, -1))),
    path: path && String(readEscapes(path)),
  }
}

function readEscapes(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex')
}
