import type { PrepareFile } from '../upload/prepare-file.ts'

/** How pictures are made smaller. */
export interface ShrinkOptions {
  /**
   * The longest side in pixels, at most. Smaller pictures keep their size.
   *
   * @default 2560
   */
  readonly maxSide?: number | undefined
  /**
   * Of the JPEG or WebP, from 0 to 1.
   *
   * @default 0.85
   */
  readonly quality?: number | undefined
  /**
   * Whether HEIC becomes JPEG, in browsers that can decode it, which is Safari.
   *
   * @default true
   */
  readonly convertHeic?: boolean | undefined
}

/**
 * Makes a function that draws a picture again: smaller, upright, and without metadata, such as the place and the camera. A JPEG or
 * HEIC becomes a JPEG; a PNG or WebP becomes a WebP, or a PNG if the browser writes no WebP. GIFs, AVIFs and animated pictures stay
 * as they are, and so does a file that the browser cannot decode.
 *
 * @example
 * const queue = createUploadQueue(tintype, { prepare: shrink({ maxSide: 1920 }) })
 * const photo = await tintype.upload(await shrink()(file, { limits: undefined, signal }))
 */
export function shrink(options: ShrinkOptions = {}): PrepareFile {
  const { maxSide = 2560, quality = 0.85, convertHeic = true } = options
  const types: Record<string, string> = {
    'image/jpeg': 'image/jpeg',
    'image/png': 'image/webp',
    'image/webp': 'image/webp',
    ...(convertHeic && { 'image/heic': 'image/jpeg', 'image/heif': 'image/jpeg' }),
  }
  return async (file, { signal }) => {
    const type = types[file.type]
    try {
      if (!type || (await isAnimated(file)) || signal.aborted) return file
      return (await draw(file, { maxSide, quality, type })) ?? file
    } catch {
      return file
    }
  }
}

async function draw(
  file: Blob,
  { maxSide, quality, type }: { maxSide: number; quality: number; type: string },
): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    const context = canvas.getContext('2d')
    if (!context) return null
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve) => canvas.toBlob(resolve, type, quality))
  } finally {
    bitmap.close()
  }
}

/** Whether the first bytes announce an animated PNG or WebP, of which only one frame would be left. */
async function isAnimated(file: Blob): Promise<boolean> {
  const head = await file.slice(0, 1024).arrayBuffer()
  return /acTL|ANIM/.test(String.fromCharCode(...new Uint8Array(head)))
}
