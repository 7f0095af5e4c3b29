import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { TintypeError } from '@tintype/contract'
import type { ImageSource } from '../image.ts'

/** Bytes of an encoded image, to be read from anywhere without holding all of them. */
export interface ByteWindow extends Disposable {
  /** Of the whole image. */
  readonly byteSize: number
  /** The byte at an offset; -1 behind the end. */
  byteAt(offset: number): number
  /** The big-endian 32-bit number at an offset, unsigned; -1 where it reaches behind the end. */
  uint32At(offset: number): number
  /** Where 0xff first stands before a byte for which `wanted` has a 1, at `offset` or behind; -1 where nowhere. */
  markerAt(wanted: Uint8Array, offset: number): number
  /** A copy of the bytes from `offset` on, fewer than `length` at the end. */
  slice(offset: number, length: number): Uint8Array
  /** Counts work that comes on top of reading, in bytes that could be gone over instead. @throws TooMuchWork */
  spend(work: number): void
}

/** How an image may be read. */
export interface ByteWindowOptions {
  /** Bytes that may be gone over, and what takes as long, before reading ends in `TooMuchWork`; any number where absent. */
  readonly maxWork?: number | undefined
}

/** To read an image would be more work than was allowed. It says nothing of the image. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork'
}

// Read synchronously: walking a file of 25 MB costs 400 reads from the page cache, about 10 ms, where one
// promise for each of up to two million chunks would cost a second.
const windowByteSize = 64 * 1024

/** What each call takes, about, in bytes that a search goes over meanwhile, of which each takes some 2 ns. */
const work = { byte: 8, uint32: 32, search: 32, read: 4096 } as const

/**
 * Opens an image for reading. The caller disposes it.
 *
 * @throws INTERNAL where the file is gone or cannot be read, OVERLOADED where file descriptors ran out
 */
export function openByteWindow(
  source: ImageSource,
  { maxWork = Infinity }: ByteWindowOptions = {},
): ByteWindow {
  let left = maxWork
  function spend(amount: number): void {
    left -= amount
    if (left < 0) throw new TooMuchWork('The image takes too much work to read')
  }
  return source instanceof Uint8Array ? inMemory(source, spend) : inFile(source.path, spend)
}

/** A little-endian number of some bytes; without meaning where it reaches behind the end. */
export function littleEndianAt(bytes: ByteWindow, offset: number, byteSize: number): number {
  let value = 0
  for (let i = byteSize - 1; i >= 0; i -= 1) value = value * 256 + bytes.byteAt(offset + i)
  return value
}

function inMemory(bytes: Uint8Array, spend: ByteWindow['spend']): ByteWindow {
  return {
    byteSize: bytes.length,
    byteAt(offset) {
      spend(work.byte)
      return bytes[offset] ?? -1
    },
    uint32At(offset) {
      spend(work.uint32)
      return uint32(bytes, offset)
    },
    markerAt(wanted, offset) {
      const found = findMarker(bytes, wanted, offset)
      spend(work.search + Math.max(0, (found < 0 ? bytes.length : found) - offset))
      return found
    },
    slice(offset, length) {
      spend(work.read + length)
      return bytes.slice(offset, offset + length)
    },
    spend,
    [Symbol.dispose]() {},
  }
}

function inFile(path: string, spend: ByteWindow['spend']): ByteWindow {
  using opening = new DisposableStack()
  const fd = opening.adopt(
    orTranslated(() => openSync(path, 'r')),
    closeSync,
  )
  const byteSize = orTranslated(() => fstatSync(fd).size)
  const buffer = new Uint8Array(windowByteSize)
  let start = 0
  let window = buffer.subarray(0, 0)

  /** Index of `offset` in the window, after moving it so that `length` bytes follow, where the file has them. */
  function locate(offset: number, length: number): number {
    if (offset < start || offset + length > start + window.length) {
      spend(work.read)
      const readByteSize = orTranslated(() => readSync(fd, buffer, 0, windowByteSize, offset))
      start = offset
      window = buffer.subarray(0, readByteSize)
    }
    return offset - start
  }

  const owned = opening.move()
  return {
    byteSize,
    byteAt(offset) {
      spend(work.byte)
      const index = locate(offset, 1)
      return window[index] ?? -1
    },
    uint32At(offset) {
      spend(work.uint32)
      const index = locate(offset, 4)
      return uint32(window, index)
    },
    markerAt(wanted, offset) {
      // Windows overlap, or what lies across two would be missed.
      for (let at = offset; at + 2 <= byteSize; at = start + window.length - 1) {
        const from = locate(at, 2)
        const index = findMarker(window, wanted, from)
        spend(work.search + (index < 0 ? window.length : index) - from)
        if (index >= 0) return start + index
        if (window.length - from < 2) return -1 // the file has become shorter
      }
      return -1
    },
    slice(offset, length) {
      spend(work.read + length)
      const copy = new Uint8Array(length)
      return copy.subarray(
        0,
        orTranslated(() => readSync(fd, copy, 0, length, offset)),
      )
    },
    spend,
    [Symbol.dispose]: () => owned.dispose(),
  }
}

/** In place, byte by byte: it takes as long whatever the bytes are. */
function findMarker(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length - 1; at += 1)
    if (bytes[at] === 0xff && wanted[bytes[at + 1] ?? 0] === 1) return at
  return -1
}

function uint32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return -1
  const low = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
  return (bytes[at] ?? 0) * 2 ** 24 + low
}

function orTranslated<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EMFILE' || code === 'ENFILE')
      throw new TintypeError('OVERLOADED', 'Too many files are open', { cause: error, retryAfterSeconds: 1 })
    throw new TintypeError('INTERNAL', 'The stored image cannot be read', { cause: error })
  }
}
