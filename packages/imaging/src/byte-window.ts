import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { TintypeError } from '@tintype/contract'
import type { ImageSource } from './image.ts'

/** Bytes of an encoded image, to be read from anywhere without holding all of them. */
export interface ByteWindow extends Disposable {
  /** Of the whole image. */
  readonly byteSize: number
  /** The byte at an offset; -1 behind the end. */
  byteAt(offset: number): number
  /** The big-endian 32-bit number at an offset, unsigned; -1 where it reaches behind the end. */
  uint32At(offset: number): number
  /** Where some few bytes first stand in a row, at `offset` or behind; -1 where nowhere. */
  indexOf(wanted: Uint8Array, offset: number): number
  /** A copy of the bytes from `offset` on, fewer than `length` at the end. */
  slice(offset: number, length: number): Uint8Array
}

// Read synchronously: walking a file of 25 MB costs 400 reads from the page cache, about 10 ms, where one
// promise for each of up to two million chunks would cost a second.
const windowByteSize = 64 * 1024

/**
 * Opens an image for reading. The caller disposes it.
 *
 * @throws INTERNAL where the file is gone or cannot be read, OVERLOADED where file descriptors ran out
 */
export function openByteWindow(source: ImageSource): ByteWindow {
  return source instanceof Uint8Array ? inMemory(source) : inFile(source.path)
}

/** A little-endian number of some bytes; without meaning where it reaches behind the end. */
export function littleEndianAt(bytes: ByteWindow, offset: number, byteSize: number): number {
  let value = 0
  for (let i = byteSize - 1; i >= 0; i -= 1) value = value * 256 + bytes.byteAt(offset + i)
  return value
}

function inMemory(bytes: Uint8Array): ByteWindow {
  return {
    byteSize: bytes.length,
    byteAt: (offset) => bytes[offset] ?? -1,
    uint32At: (offset) => uint32(bytes, offset),
    indexOf: (wanted, offset) => indexOf(bytes, wanted, offset),
    slice: (offset, length) => bytes.slice(offset, offset + length),
    [Symbol.dispose]() {},
  }
}

function inFile(path: string): ByteWindow {
  const fd = orTranslated(() => openSync(path, 'r'))
  const byteSize = orTranslated(() => fstatSync(fd).size)
  const buffer = new Uint8Array(windowByteSize)
  let start = 0
  let window = buffer.subarray(0, 0)

  /** Index of `offset` in the window, after moving it so that `length` bytes follow, where the file has them. */
  function locate(offset: number, length: number): number {
    if (offset < start || offset + length > start + window.length) {
      const readByteSize = orTranslated(() => readSync(fd, buffer, 0, windowByteSize, offset))
      start = offset
      window = buffer.subarray(0, readByteSize)
    }
    return offset - start
  }

  return {
    byteSize,
    byteAt(offset) {
      const index = locate(offset, 1)
      return window[index] ?? -1
    },
    uint32At(offset) {
      const index = locate(offset, 4)
      return uint32(window, index)
    },
    indexOf(wanted, offset) {
      // Windows overlap, or what lies across two would be missed.
      for (let at = offset; at + wanted.length <= byteSize; at = start + window.length - wanted.length + 1) {
        const from = locate(at, wanted.length)
        const index = indexOf(window, wanted, from)
        if (index >= 0) return start + index
        if (window.length - from < wanted.length) return -1 // the file has become shorter
      }
      return -1
    },
    slice(offset, length) {
      const copy = new Uint8Array(length)
      return copy.subarray(
        0,
        orTranslated(() => readSync(fd, copy, 0, length, offset)),
      )
    },
    [Symbol.dispose]: () => closeSync(fd),
  }
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(wanted, from)
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
