import { randomBytes } from 'node:crypto'
import sharp from 'sharp'

/** A multipart body around a file, and the header that goes with it. */
export interface Form {
  readonly contentType: string
  readonly body: Uint8Array
}

/** What is uploaded and served. */
export interface Bodies {
  /** About 200 KB, 1200 × 900. */
  readonly small: Uint8Array
  /** About 300 KB, 1500 × 1125. */
  readonly medium: Uint8Array
  /** About 4 MB, 4000 × 3000: 12 megapixels. */
  readonly large: Uint8Array
}

const boundary = '----tintype-bench-4c1f9e'

/**
 * Makes photographs: they have the size in pixels and bytes that a camera's have, and decode like them.
 *
 * @param options.isQuick makes the large one a quarter as large: it is encoded, sent and decoded too often otherwise
 */
export async function makeBodies({ isQuick }: { readonly isQuick: boolean }): Promise<Bodies> {
  const [small, medium, large] = await Promise.all([
    makePhotograph({ width: 1200, height: 900 }, 200_000),
    makePhotograph({ width: 1500, height: 1125 }, 300_000),
    isQuick
      ? makePhotograph({ width: 2000, height: 1500 }, 1_000_000)
      : makePhotograph({ width: 4000, height: 3000 }, 4_000_000),
  ])
  return { small, medium, large }
}

/** Gradients and shapes under grain; the quality is searched that comes closest to the size wanted. */
async function makePhotograph(
  { width, height }: { readonly width: number; readonly height: number },
  byteSize: number,
): Promise<Uint8Array> {
  const hill = (level: number, hue: number) => {
    const points = Array.from({ length: 61 }, (_, at) => {
      const y = height * (level + 0.05 * Math.sin(at / 5 + hue) + 0.02 * Math.sin(at / 1.7 + level * 9))
      return `${(at * width) / 60},${y.toFixed(1)}`
    })
    return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="hsl(${hue} 40% ${70 - level * 55}%)"/>`
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="s" x2="0.3" y2="1"><stop stop-color="#3f7fc4"/><stop offset="1" stop-color="#f6d9b8"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#s)"/>
    <circle cx="${width * 0.7}" cy="${height * 0.3}" r="${height * 0.08}" fill="#fff6dd"/>
    ${hill(0.5, 200)}${hill(0.62, 160)}${hill(0.78, 110)}</svg>`
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 24 },
    },
  })
    .blur(0.8)
    .png({ compressionLevel: 0 })
    .toBuffer()
  const pixels = await sharp(Buffer.from(svg))
    .composite([{ input: grain, blend: 'soft-light' }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  let best = new Uint8Array()
  for (let low = 20, high = 99; low <= high; ) {
    const quality = Math.round((low + high) / 2)
    const made = await sharp(pixels.data, { raw: pixels.info }).jpeg({ quality }).toBuffer()
    if (Math.abs(made.length - byteSize) < Math.abs(best.length - byteSize)) best = new Uint8Array(made)
    if (made.length > byteSize) high = quality - 1
    else low = quality + 1
  }
  return best
}

/** The bytes of a form before and after its file. */
export function formFrame(): {
  readonly contentType: string
  readonly before: Uint8Array
  readonly behind: Uint8Array
} {
  const before = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    before: Buffer.from(before),
    behind: Buffer.from(`\r\n--${boundary}--\r\n`),
  }
}

/** A form with one file. */
export function makeForm(file: Uint8Array): Form {
  const { contentType, before, behind } = formFrame()
  return { contentType, body: new Uint8Array(Buffer.concat([before, file, behind])) }
}

/** Filler after the end of a photograph, to make it any size: no decoder reads it. */
export function makeFilling(): Uint8Array {
  return new Uint8Array(randomBytes(1024 * 1024))
}
