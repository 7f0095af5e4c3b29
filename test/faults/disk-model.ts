import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Random } from './random.ts'
import type { TraceArguments, TraceEvent } from './read-trace.ts'

/** A disk that keeps only what POSIX promises: anything that no fsync covered may be lost, in any order. */
export interface DiskModel {
  /** Applies an event. */
  take(event: TraceEvent): void
  /** The bytes that a file would have after a power cut, by its path below the root; `undefined` if it would be lost. */
  durable(path: string): Buffer | undefined
  /**
   * Writes what a power cut would leave into an empty directory.
   *
   * @param keeps decides for each unsynced change whether it survives
   */
  restore(directory: string, keeps?: Random): Promise<void>
}

/** A change of a file's bytes, or of a directory's entries. */
interface Change {
  readonly seq: number
  readonly apply: (node: Node) => void
}

/** The most that a disk writes as a whole. */
const sectorByteSize = 512

interface Node {
  bytes: Buffer
  /** Of a directory; `undefined` for a file. */
  readonly entries: Map<string, Node> | undefined
  /** The state after a power cut; has no `durable` of its own. */
  readonly durable: Node | undefined
  /** Changes that are not synced. */
  pending: Change[]
}

/** @param root the directory that the trace is about, empty when it began */
export function createDiskModel(root: string): DiskModel {
  const top = makeNode(true)
  const syncsBegun = new Map<TraceArguments, number>()
  let seq = 0

  const isBelow = (path: string) => path.startsWith(`${root}/`) || path === root
  function find(path: string): Node | undefined {
    if (!isBelow(path)) return undefined
    const names = relative(root, path).split('/').filter(Boolean)
    return names.reduce<Node | undefined>((node, name) => node?.entries?.get(name), top)
  }
  function change(node: Node | undefined, apply: (node: Node) => void): void {
    if (node === undefined) return
    apply(node)
    seq += 1
    node.pending.push({ seq, apply })
  }
  const name = (path: string, node: Node) =>
    change(find(dirname(path)), ({ entries }) => entries?.set(basename(path), node))
  const forget = (path: string) =>
    change(find(dirname(path)), ({ entries }) => entries?.delete(basename(path)))

  function move(from: string, to: string, isLink: boolean): void {
    const node = find(from)
    if (node === undefined) return
    name(to, node)
    if (!isLink) forget(from)
  }
  function write(node: Node | undefined, bytes: Buffer, at?: number): void {
    const end = (at ?? node?.bytes.length ?? 0) + bytes.length
    // Each sector survives or not: a file can have its length, and zeros in between.
    for (let start = end - bytes.length, size = 0; start < end; start += size) {
      size = Math.min(sectorByteSize - (start % sectorByteSize), end - start)
      const from = start - end + bytes.length
      const sector = bytes.subarray(from, from + size)
      const offset = start
      change(node, (file) => {
        file.bytes = resize(file.bytes, Math.max(file.bytes.length, offset + sector.length))
        sector.copy(file.bytes, offset)
      })
    }
  }
  const truncate = (node: Node | undefined, byteSize: number) =>
    change(node, (file) => {
      file.bytes = resize(file.bytes, byteSize)
    })
  function sync(node: Node | undefined, upTo: number): void {
    if (node?.durable === undefined) return
    for (const { seq: at, apply } of node.pending) if (at <= upTo) apply(node.durable)
    node.pending = node.pending.filter(({ seq: at }) => at > upTo)
  }

  function end(call: string, { text, strings, path = '' }: TraceArguments, result: number): void {
    const paths = strings.map(String)
    const [first = '', second = ''] = paths
    const last = Number(/, (\d+)(?:\) += .*| <unfinished \.\.\.>)$/.exec(text.slice(-100))?.[1])
    if (call === 'openat') {
      if (text.includes('O_CREAT') && isBelow(first) && !find(first)) name(first, makeNode(false))
    } else if (call === 'mkdir') name(first, makeNode(true))
    else if (call === 'unlink' || call === 'rmdir') forget(first)
    else if (call.startsWith('link')) move(first, second, true)
    else if (call.startsWith('rename')) move(first, second, false)
    else if (call === 'ftruncate') truncate(find(path), last)
    else if (call.startsWith('pwrite')) write(find(path), Buffer.concat(strings).subarray(0, result), last)
    else if (call.startsWith('write')) write(find(path), Buffer.concat(strings).subarray(0, result))
  }

  return {
    take({ call, arguments: args, result }) {
      if (call === 'fsync' || call === 'fdatasync') {
        // A sync covers only the changes before its start, and only once it has ended.
        if (result === undefined) syncsBegun.set(args, seq)
        else sync(find(args.path ?? ''), syncsBegun.get(args) ?? 0)
      } else if (result !== undefined) end(call, args, result)
    },
    durable(path) {
      const names = path.split('/')
      const found = names.reduce<Node | undefined>((node, one) => node?.durable?.entries?.get(one), top)
      return found?.durable?.bytes
    },
    restore: (directory, keeps) => restore(top, directory, keeps),
  }
}

function makeNode(isDirectory: boolean): Node {
  const make = () => ({ bytes: Buffer.alloc(0), entries: isDirectory ? new Map<string, Node>() : undefined })
  return { ...make(), durable: { ...make(), durable: undefined, pending: [] }, pending: [] }
}

/** The same bytes, cut or padded with zeros. Space is reserved in advance, because a log grows by many small writes. */
function resize(bytes: Buffer, byteSize: number): Buffer {
  if (byteSize <= bytes.length) return bytes.subarray(0, byteSize)
  if (byteSize <= bytes.buffer.byteLength) {
    const grown = Buffer.from(bytes.buffer, 0, byteSize)
    return grown.fill(0, bytes.length)
  }
  const roomy = Buffer.alloc(byteSize * 2)
  bytes.copy(roomy)
  return roomy.subarray(0, byteSize)
}

async function restore(node: Node, path: string, keeps: Random | undefined): Promise<void> {
  if (node.durable === undefined) return
  const { bytes, entries } = node.durable
  const own = Buffer.alloc(bytes.length)
  bytes.copy(own)
  const left: Node = { bytes: own, entries: entries && new Map(entries), durable: undefined, pending: [] }
  for (const { apply } of node.pending) if (keeps && keeps.below(2) === 0) apply(left)
  if (left.entries === undefined) return writeFile(path, left.bytes)
  await mkdir(path, { recursive: true })
  // Shared memory between processes: SQLite creates it again after a crash, and never syncs it.
  for (const [name, child] of left.entries)
    if (!name.endsWith('-shm')) await restore(child, join(path, name), keeps)
}
