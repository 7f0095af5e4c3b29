import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ByteReader, openByteReader, ScanBudgetExceeded } from './byte-reader.ts'

async function temporaryFile(bytes: Uint8Array) {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-imaging-'))
  const path = join(directory, 'image')
  await writeFile(path, bytes)
  return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

/** The set of one marker. */
function only(marker: number): Uint8Array {
  return new Uint8Array(256).with(marker, 1)
}

describe('openByteReader', () => {
  test('reads the same from a file as from memory, forwards, backwards and across its buffer', async () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) & 255)
    await using file = await temporaryFile(bytes)
    using memory = openByteReader(bytes)
    using disk = openByteReader({ path: file.path })
    expect(disk.byteSize).toBe(200_000)
    for (const at of [
      0, 65_533, 65_534, 65_535, 65_536, 131_071, 3, 199_996, 199_997, 199_999, 200_000, 9e9,
    ]) {
      expect(disk.byteAt(at)).toBe(memory.byteAt(at))
      expect(disk.uint32At(at)).toBe(memory.uint32At(at))
      expect(disk.slice(at, 70_000)).toEqual(memory.slice(at, 70_000))
    }
    for (const markers of [only(0xd9), only(1), new Uint8Array(256)])
      for (const at of [0, 65_530, 65_534, 131_068, 199_996, 199_998, 9e9])
        expect(disk.findMarker(markers, at)).toBe(memory.findMarker(markers, at))
    expect(disk.byteAt(200_000)).toBe(-1)
    expect(disk.uint32At(199_997)).toBe(-1)
    expect(disk.slice(199_999, 10)).toHaveLength(1)
  })

  test('finds a marker that lies across the end of the buffer', async () => {
    const bytes = new Uint8Array(200_000)
    for (const at of [65_535, 131_070, 199_998]) {
      const marked = bytes.with(at, 0xff).with(at + 1, 0xd9)
      await using file = await temporaryFile(marked)
      using disk = openByteReader({ path: file.path })
      expect(disk.findMarker(only(0xd9), 0)).toBe(at)
      expect(disk.findMarker(only(0xd9), at + 1)).toBe(-1)
    }
  })

  test('B310 stops when the scan budget is used up: by bytes, searches, copies, charges and reads of a file', async () => {
    const bytes = new Uint8Array(200_000)
    await using file = await temporaryFile(bytes)
    for (const source of [bytes, { path: file.path }]) {
      const calls: readonly ((reader: ByteReader) => unknown)[] = [
        (reader) => reader.byteAt(0),
        (reader) => reader.uint32At(0),
        (reader) => reader.slice(0, 1),
        (reader) => reader.findMarker(only(1), 0),
        (reader) => reader.charge(100_000),
      ]
      for (const call of calls) {
        using reader = openByteReader(source, { scanBudget: 300_000 })
        call(reader)
        expect(() => {
          for (let i = 0; i < 100_000; i += 1) call(reader)
        }).toThrow(ScanBudgetExceeded)
      }
    }
    using disk = openByteReader({ path: file.path }, { scanBudget: 300_000 })
    expect(() => {
      for (let i = 0; i < 100; i += 1) disk.byteAt((i % 2) * 100_000)
    }).toThrow(ScanBudgetExceeded)
  })

  test('numbers are unsigned', () => {
    using bytes = openByteReader(Uint8Array.of(0xff, 0xff, 0xff, 0xfe))
    expect(bytes.uint32At(0)).toBe(0xfffffffe)
  })

  test('B155 a missing file is INTERNAL, and the error does not contain its path', () => {
    expect(() => openByteReader({ path: join(tmpdir(), 'tintype-no-such-file') })).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: 'The stored image cannot be read' }),
    )
  })
})
