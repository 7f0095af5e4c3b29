import type { PhotoFormat } from '@tintype/contract'
import { loadSharp, type SharpPipeline } from '../pixels/load-sharp.ts'

/** How a test image is stored. `p3`: Display P3 with its profile; `palette` and `rgb16`: PNG; `cmyk`: JPEG. */
export type ColourModel = 'rgb' | 'grey' | 'rgb16' | 'palette' | 'cmyk' | 'p3'

/** Options of the test image. */
export interface MakeImageOptions {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  readonly format: PhotoFormat
  /** Whether the left edge is transparent, fading in to the right. */
  readonly alpha?: boolean
  readonly colours?: ColourModel
  /** More than 1: an animation, each frame with noise of its own. GIF and WebP only. */
  readonly frames?: number
  /** Progressive JPEG, interlaced PNG. */
  readonly progressive?: boolean
}

/** Makes an image that compresses like a photograph: soft colours across, noise on top. */
export async function makeImage(options: MakeImageOptions): Promise<Uint8Array> {
  const { width, height, format, alpha = false, colours = 'rgb', frames = 1, progressive = false } = options
  const sharp = await loadSharp()
  const channels = alpha ? 4 : 3
  const raw = { width, height, channels } as const
  const pages = Array.from({ length: frames }, (_, frame) => makePixels({ width, height, channels, frame }))
  const [first = new Uint8Array()] = pages
  const image =
    frames > 1
      ? sharp(await Promise.all(pages.map((page) => sharp(page, { raw }).png().toBuffer())), {
          join: { animated: true },
        })
      : sharp(first, { raw })
  const bytes = await encode(inColours(image, colours), { format, colours, progressive }).toBuffer()
  return new Uint8Array(bytes)
}

function makePixels(options: {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly frame: number
}): Uint8Array {
  const { width, height, channels, frame } = options
  const pixels = new Uint8Array(width * height * channels)
  let seed = 1 + frame
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      const noise = (seed >>> 28) - 8
      pixels[at] = clamp((x / width) * 220 + noise)
      pixels[at + 1] = clamp((y / height) * 200 + 30 + noise)
      pixels[at + 2] = clamp(180 - ((x + y) / (width + height)) * 160 + noise)
      if (channels === 4) pixels[at + 3] = clamp((x / width) * 510)
      at += channels
    }
  }
  return pixels
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}

function inColours(image: SharpPipeline, colours: ColourModel): SharpPipeline {
  if (colours === 'grey') return image.greyscale().toColourspace('b-w')
  if (colours === 'rgb16') return image.toColourspace('rgb16')
  if (colours === 'cmyk') return image.toColourspace('cmyk')
  return colours === 'p3' ? image.withIccProfile('p3') : image
}

function encode(
  image: SharpPipeline,
  options: {
    readonly format: PhotoFormat
    readonly colours: ColourModel
    readonly progressive: boolean
  },
): SharpPipeline {
  const { format, colours, progressive } = options
  if (format === 'jpeg') return image.jpeg({ quality: 90, progressive })
  if (format === 'png') return image.png({ palette: colours === 'palette', progressive, compressionLevel: 1 })
  if (format === 'webp') return image.webp({ quality: 80, effort: 0 })
  return format === 'gif' ? image.gif({ effort: 1 }) : image.avif({ quality: 60, effort: 0 })
}
