import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { TintypeError } from '@tintype/contract'
import type { ImageSource } from '../image.ts'

/** Random access to the bytes of an encoded image, without holding all of them in memory. */
export interface ByteReader extends Disposable {
  /** Size of the whole image in bytes. */
  readonly byteSize: number
  /** The byte at `offset`, or -1 if the image ends before it. */
  byteAt(offset: number): number
  /** The unsigned big-endian 32-bit number at `offset`, or -1 if the image ends before its last byte. */
  uint32At(offset: number): number
  /**
   * Offset of the first 0xFF at or after `offset` whose next byte is in `markers`, or -1.
   *
   * @param markers 256 entries, 1 for each byte that is in the set
   */
  findMarker(markers: Uint8Array, offset: number): number
  /** A copy of `length` bytes from `offset` on; fewer if the image ends earlier. */
  slice(offset: number, length: number): Uint8Array
  /** Charges the scan budget for work other than reading, in bytes that could be scanned in that time. @throws ScanBudgetExceeded */
  charge(byteSize: number): void
}

/** How an image may be read. */
export interface ByteReaderOptions {
  /** Scan budget in bytes; unlimited if omitted. Reading throws `ScanBudgetExceeded` when it is used up. */
  readonly scanBudget?: number | undefined
}

/** Reading the image takes more work than the caller allowed. This does not mean that the image is bad. */
export class ScanBudgetExceeded extends Error {
  override readonly name = 'ScanBudgetExceeded'
}

// Reads are synchronous: scanning a file of 25 MB takes 400 reads from the page cache, about 10 ms. A promise for
// each of up to two million chunks would take a second.
const bufferByteSize = 64 * 1024

/** Approximate cost of each call, in bytes that `findMarker` scans in the same time (some 2 ns each). */
const cost = { byte: 8, uint32: 32, search: 32, read: 4096 } as const

/**
 * Opens an image for reading. The caller disposes the reader.
 *
 * @throws INTERNAL if the file is missing or cannot be read, OVERLOADED if no file descriptor is free
 */
export function openByteReader(
  source: ImageSource,
  { scanBudget = Infinity }: ByteReaderOptions = {},
): ByteReader {
  let remaining = scanBudget
  function charge(byteSize: number): void {
    remaining -= byteSize
    if (remaining < 0)
      throw new ScanBudgetExceeded(`Reading the image exceeds the budget of ${scanBudget} bytes`)
  }
  return source instanceof Uint8Array ? inMemory(source, charge) : inFile(source.path, charge)
}

/** The unsigned little-endian number in `byteSize` bytes; meaningless if the image ends before the last of them. */
export function littleEndianAt(bytes: ByteReader, offset: number, byteSize: number): number {
  let value = 0
  for (let i = byteSize - 1; i >= 0; i -= 1) value = value * 256 + bytes.byteAt(offset + i)
  return value
}

function inMemory(bytes: Uint8Array, charge: ByteReader['charge']): ByteReader {
  return {
    byteSize: bytes.length,
    byteAt(offset) {
      charge(cost.byte)
      return bytes[offset] ?? -1
    },
    uint32At(offset) {
      charge(cost.uint32)
      return uint32(bytes, offset)
    },
    findMarker(markers, offset) {
      const found = findMarkerIn(bytes, markers, offset)
      charge(cost.search + Math.max(0, (found < 0 ? bytes.length : found) - offset))
      return found
    },
    slice(offset, length) {
      charge(cost.read + length)
      return bytes.slice(offset, offset + length)
    },
    charge,
    [Symbol.dispose]() {},
  }
}

function inFile(path: string, charge: ByteReader['charge']): ByteReader {
  using opening = new DisposableStack()
  const fd = opening.adopt(
    orTranslated(() => openSync(path, 'r')),
    closeSync,
  )
  const byteSize = orTranslated(() => fstatSync(fd).size)
  const buffer = new Uint8Array(bufferByteSize)
  let start = 0
  let loaded = buffer.subarray(0, 0)

  /** Index of `offset` in the loaded bytes, after loading others unless `length` bytes from there on are loaded. */
  function locate(offset: number, length: number): number {
    if (offset < start || offset + length > start + loaded.length) {
      charge(cost.read)
      const readByteSize = orTranslated(() => readSync(fd, buffer, 0, bufferByteSize, offset))
      start = offset
      loaded = buffer.subarray(0, readByteSize)
    }
    return offset - start
  }

  const owned = opening.move()
  return {
    byteSize,
    byteAt(offset) {
      charge(cost.byte)
      const index = locate(offset, 1)
      return loaded[index] ?? -1
    },
    uint32At(offset) {
      charge(cost.uint32)
      const index = locate(offset, 4)
      return uint32(loaded, index)
    },
    findMarker(markers, offset) {
      // Each read overlaps the one before by a byte. Otherwise a marker across two reads would be missed.
      for (let at = offset; at + 2 <= byteSize; at = start + loaded.length - 1) {
        const from = locate(at, 2)
        const index = findMarkerIn(loaded, markers, from)
        charge(cost.search + (index < 0 ? loaded.length : index) - from)
        if (index >= 0) return start + index
        if (loaded.length - from < 2) return -1 // the file has become shorter
      }
      return -1
    },
    slice(offset, length) {
      charge(cost.read + length)
      const copy = new Uint8Array(length)
      return copy.subarray(
        0,
        orTranslated(() => readSync(fd, copy, 0, length, offset)),
      )
    },
    charge,
    [Symbol.dispose]: () => owned.dispose(),
  }
}

/** A plain loop: it takes the same time for any bytes. */
function findMarkerIn(bytes: Uint8Array, markers: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length - 1; at += 1)
    if (bytes[at] === 0xff && markers[bytes[at + 1] ?? 0] === 1) return at
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
