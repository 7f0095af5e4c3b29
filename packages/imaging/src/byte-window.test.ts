import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openByteWindow } from './byte-window.ts'

async function temporaryFile(bytes: Uint8Array) {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-imaging-'))
  const path = join(directory, 'image')
  await writeFile(path, bytes)
  return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
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
    for (const at of [0, 65_530, 65_534, 131_068, 199_996, 199_998])
      expect(disk.indexOf(bytes.subarray(at, at + 2), at - (at % 7))).toBe(
        memory.indexOf(bytes.subarray(at, at + 2), at - (at % 7)),
      )
    expect(disk.indexOf(Uint8Array.of(1, 1), 0)).toBe(memory.indexOf(Uint8Array.of(1, 1), 0))
    expect(disk.byteAt(200_000)).toBe(-1)
    expect(disk.uint32At(199_997)).toBe(-1)
    expect(disk.slice(199_999, 10)).toHaveLength(1)
  })

  test('finds a pair that lies across the end of a window', async () => {
    const bytes = new Uint8Array(200_000)
    for (const at of [65_535, 131_070, 199_998]) {
      const marked = bytes.with(at, 0xff).with(at + 1, 0xd9)
      await using file = await temporaryFile(marked)
      using disk = openByteWindow({ path: file.path })
      expect(disk.indexOf(Uint8Array.of(0xff, 0xd9), 0)).toBe(at)
      expect(disk.indexOf(Uint8Array.of(0xff, 0xd9), at + 1)).toBe(-1)
    }
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
