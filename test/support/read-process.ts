import { open, readFile } from 'node:fs/promises'

const chunkByteSize = 4 * 1024 * 1024

/** What other programs of the same user can read of a process: its command line or its first environment. */
export function readProcessFile(pid: number, name: 'cmdline' | 'environ'): Promise<string> {
  return readFile(`/proc/${pid}/${name}`, 'latin1')
}

/**
 * Which of the texts are in the memory of a process, as a core dump would have them: in every region that can be read and
 * written, in one-byte characters.
 */
export async function findInMemory(pid: number, texts: readonly string[]): Promise<string[]> {
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8')
  const regions = [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)]
  const wanted = new Set(texts)
  const overlap = Math.max(...texts.map((text) => text.length))
  const chunk = Buffer.alloc(chunkByteSize)
  await using memory = await open(`/proc/${pid}/mem`)
  for (const [, from = '', to = ''] of regions) {
    const end = BigInt(`0x${to}`)
    for (let at = BigInt(`0x${from}`); at < end; at += BigInt(chunkByteSize - overlap)) {
      const left = end - at
      const byteSize = left < chunkByteSize ? Number(left) : chunkByteSize
      // a region may go away while it is read
      const { bytesRead } = await memory
        .read(chunk, { length: byteSize, position: at })
        .catch(() => ({ bytesRead: 0 }))
      const read = chunk.subarray(0, bytesRead)
      for (const text of wanted) if (read.includes(text, 0, 'latin1')) wanted.delete(text)
    }
  }
  return texts.filter((text) => !wanted.has(text))
}
