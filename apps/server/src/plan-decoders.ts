import { totalmem } from 'node:os'
import { readControlGroupLimit } from './control-group-limit.ts'

/** How many images are decoded at once. */
export interface DecoderPlan {
  readonly concurrency: number
  /** Whether there is memory for one more, for a caller of which none is decoded. */
  readonly hasSpare: boolean
}

/** What the server itself needs under load. */
const serverByteSize = 256 * 1024 ** 2
/** What a decoder may need for a large photo of a phone. */
const decoderByteSize = 512 * 1024 ** 2

/**
 * One decoder for each processor, but no more than memory allows, and at least one. A spare one if memory allows it too.
 *
 * @param options.configured the operator's number, which is used as it is
 */
export function planDecoders(options: {
  readonly cores: number
  readonly configured: number | undefined
  readonly memoryByteSize: number
}): DecoderPlan {
  const { cores, configured, memoryByteSize } = options
  const affordable = Math.max(1, Math.floor((memoryByteSize - serverByteSize) / decoderByteSize))
  const concurrency = configured ?? Math.min(cores, affordable)
  return { concurrency, hasSpare: concurrency < affordable }
}

/** How many uploads and views may wait for a decoder: every upload with a slot, and the renditions of some pages. */
export function queueLengthFor(maxConcurrentUploads: number): {
  readonly uploads: number
  readonly views: number
} {
  return { uploads: maxConcurrentUploads, views: 128 }
}

/** Bytes of memory that this process and its children can use: the machine's, or the limit of their control groups. */
export function usableMemoryByteSize(): number {
  const own = process.constrainedMemory() // 0 if unknown; without a limit more than the machine has
  const limits = [own > 0 ? own : undefined, readControlGroupLimit()]
  return Math.min(totalmem(), ...limits.filter((limit) => limit !== undefined))
}
