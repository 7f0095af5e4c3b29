import { createHash } from 'node:crypto'
import { makeImage } from '@tintype/imaging/testing'
import { createRandom } from './random.ts'

/** A unique image; its bytes can be made again at any time. */
export interface SamplePhoto {
  readonly bytes: () => Uint8Array
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

// The most that one comment of a JPEG can hold is 65 533 bytes.
const commentByteSize = 65_000

/**
 * Makes images of any file size: comments fill them up. They are quick to decode unless more pixels are requested.
 */
export async function createSamplePhotos({
  width = 64,
  height = 48,
} = {}): Promise<(nonce: number, byteSize: number) => SamplePhoto> {
  const image = await makeImage({ width, height, format: 'jpeg' })
  return (nonce, byteSize) => {
    const bytes = () => withComments(image, { nonce, byteSize })
    return { bytes, sha256: sha256(bytes()) }
  }
}

/** 64 lower-case hex digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** At least `byteSize` bytes, with comments after the marker that starts a JPEG. @see ITU-T T.81 B.2.4.5 */
function withComments(image: Uint8Array, { nonce, byteSize }: { nonce: number; byteSize: number }): Buffer {
  const random = createRandom(nonce)
  const comments: Buffer[] = []
  for (let left = Math.max(byteSize - image.byteLength, 16); left > 0; left -= commentByteSize) {
    const text = random.bytes(Math.max(Math.min(left, commentByteSize), 16))
    const head = Buffer.from([0xff, 0xfe, 0, 0])
    head.writeUInt16BE(text.byteLength + 2, 2)
    comments.push(head, text)
  }
  return Buffer.concat([image.subarray(0, 2), ...comments, image.subarray(2)])
}
