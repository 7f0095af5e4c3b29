import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ByteWindow, openByteWindow, TooMuchWork } from './byte-reader.ts'

async function temporaryFile(bytes: Uint8Array) {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-imaging-'))
  const path = join(directory, 'image')
  await writeFile(path, bytes)
  return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

/** Wants one marker. */
function only(marker: number): Uint8Array {
  return new Uint8Array(256).with(marker, 1)
}

describe('openByteWindow', () => {
  test('answers the same of a file as of memory, forwards, backwards and across its window', async () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) & 255)
    await using file = await temporaryFile(bytes)
    using memory = openByteWindow(bytes)
    using disk = openByteWindow({ path: file.path })
    expect(disk.byteSize).toBe(200_000)
    for (const at of [
      0, 65_533, 65_534, 65_535, 65_536, 131_071, 3, 199_996, 199_997, 199_999, 200_000, 9e9,
    ]) {
      expect(disk.byteAt(at)).toBe(memory.byteAt(at))
      expect(disk.uint32At(at)).toBe(memory.uint32At(at))
      expect(disk.slice(at, 70_000)).toEqual(memory.slice(at, 70_000))
    }
    for (const wanted of [only(0xd9), only(1), new Uint8Array(256)])
      for (const at of [0, 65_530, 65_534, 131_068, 199_996, 199_998, 9e9])
        expect(disk.markerAt(wanted, at)).toBe(memory.markerAt(wanted, at))
    expect(disk.byteAt(200_000)).toBe(-1)
    expect(disk.uint32At(199_997)).toBe(-1)
    expect(disk.slice(199_999, 10)).toHaveLength(1)
  })

  test('finds a marker that lies across the end of a window', async () => {
    const bytes = new Uint8Array(200_000)
    for (const at of [65_535, 131_070, 199_998]) {
      const marked = bytes.with(at, 0xff).with(at + 1, 0xd9)
      await using file = await temporaryFile(marked)
      using disk = openByteWindow({ path: file.path })
      expect(disk.markerAt(only(0xd9), 0)).toBe(at)
      expect(disk.markerAt(only(0xd9), at + 1)).toBe(-1)
    }
  })

  test('B310 ends what is more work than it may be: bytes, searches, copies, and reads of a file', async () => {
    const bytes = new Uint8Array(200_000)
    await using file = await temporaryFile(bytes)
    for (const source of [bytes, { path: file.path }]) {
      const asks: readonly ((window: ByteWindow) => unknown)[] = [
        (window) => window.byteAt(0),
        (window) => window.uint32At(0),
        (window) => window.slice(0, 1),
        (window) => window.markerAt(only(1), 0),
        (window) => window.spend(100_000),
      ]
      for (const ask of asks) {
        using window = openByteWindow(source, { maxWork: 300_000 })
        ask(window)
        expect(() => {
          for (let i = 0; i < 100_000; i += 1) ask(window)
        }).toThrow(TooMuchWork)
      }
    }
    using disk = openByteWindow({ path: file.path }, { maxWork: 300_000 })
    expect(() => {
      for (let i = 0; i < 100; i += 1) disk.byteAt((i % 2) * 100_000)
    }).toThrow(TooMuchWork)
  })

  test('numbers are unsigned', () => {
    using bytes = openByteWindow(Uint8Array.of(0xff, 0xff, 0xff, 0xfe))
    expect(bytes.uint32At(0)).toBe(0xfffffffe)
  })

  test('B155 a file that is gone is INTERNAL, and its path is not told', () => {
    expect(() => openByteWindow({ path: join(tmpdir(), 'tintype-no-such-file') })).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: 'The stored image cannot be read' }),
    )
  })
})
