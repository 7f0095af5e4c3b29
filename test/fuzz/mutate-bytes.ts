import type { Random } from '../faults/random.ts'

/** Numbers at which sizes, counts and offsets go wrong. */
const numbers = [
  0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
]

/** Changes bytes in one to `most` places, without knowing what they mean. `other` is what is spliced in. */
export function mutateBytes(bytes: Buffer, other: Buffer, random: Random, most = 4): Buffer {
  let changed = bytes
  for (let left = 1 + random.below(most); left > 0; left -= 1) {
    const mutate = random.pick(mutations)
    if (mutate) changed = mutate(changed, placeIn(changed, random), random, other)
  }
  return changed
}

/** Anywhere, and as often in the first 200 bytes, which have most of the structure. */
function placeIn(bytes: Buffer, random: Random): number {
  const reach = random.below(2) === 0 ? bytes.length : Math.min(200, bytes.length)
  return random.below(reach + 1)
}

type Mutation = (bytes: Buffer, at: number, random: Random, other: Buffer) => Buffer

const mutations: readonly Mutation[] = [
  (bytes, at, random) => replace(bytes, at, 1, Buffer.of((bytes[at] ?? 0) ^ (1 << random.below(8)))),
  (bytes, at, random) => replace(bytes, at, 1, random.bytes(1)),
  (bytes, at, random) => replace(bytes, at, 4, u32(random, 'writeUInt32BE')),
  (bytes, at, random) => replace(bytes, at, 4, u32(random, 'writeUInt32LE')),
  (bytes, at, random) => replace(bytes, at, 2, u32(random, 'writeUInt32BE').subarray(2)),
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, random) => replace(bytes, at, 1 + random.below(64), Buffer.alloc(0)),
  (bytes, at, random) => replace(bytes, at, 0, bytes.subarray(at, at + 1 + random.below(300))),
  (bytes, at, random) => replace(bytes, at, 0, random.bytes(1 + random.below(40))),
  (bytes, at, random) => replace(bytes, at, 8 + random.below(60), Buffer.alloc(8 + random.below(60))),
  (bytes, at, random, other) => replace(bytes, at, random.below(100), slice(other, random)),
  (bytes, at, random, other) =>
    Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length + 1))]),
]

function replace(bytes: Buffer, at: number, byteSize: number, put: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + byteSize)])
}

function slice(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length + 1)
  return bytes.subarray(start, start + random.below(200))
}

function u32(random: Random, write: 'writeUInt32BE' | 'writeUInt32LE'): Buffer {
  const bytes = Buffer.alloc(4)
  bytes[write](random.pick(numbers) ?? 0)
  return bytes
}
