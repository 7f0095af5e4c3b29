/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to `below`, without `below`. */
  below(below: number): number
  /** One of the items; `undefined` if there are none. */
  pick<Item>(items: readonly Item[]): Item | undefined
  bytes(byteSize: number): Buffer
}

/** @param seed any whole number */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  // mulberry32
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (limit: number) => next() % limit
  return {
    below,
    pick: (items) => items[below(items.length)],
    bytes: (byteSize) => {
      // A loop, which is several times as fast as Uint32Array.from.
      const words = new Uint32Array(Math.ceil(byteSize / 4))
      for (let at = 0; at < words.length; at += 1) words[at] = next()
      return Buffer.from(words.buffer, 0, byteSize)
    },
  }
}
