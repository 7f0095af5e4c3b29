import type { RenditionFormat } from '@tintype/contract'
import type { SharpPipeline } from './load-sharp.ts'

/** mozjpeg takes some 90 ms a megapixel, eight times as long as plain JPEG. */
const maxMozjpegPixels = 40_000_000

/*
 * Chosen by encoding six 8–12 MP photographs at 300 and 1280 px with each setting, and comparing median time,
 * bytes and PSNR (`sharp(pixels, { raw }).webp({ quality: 78, effort: 2 }).toBuffer()` and so on; sharp 0.35.5,
 * one of two x86-64 cores):
 *
 *   webp q78  effort 0 / 2 / 4               300 px: 3.5 ms 10.2 KB / 4.4 ms  8.6 KB / 8.7 ms 8.3 KB
 *   avif q55  effort 0 / 1 / 2 / 4           300 px:   6 ms  6.1 KB /  20 ms  5.9 KB /  28 ms 5.9 KB / 255 ms 5.6 KB
 *                                           1280 px:  64 ms 68 KB   / 206 ms 66 KB   / 437 ms 66 KB  / 2986 ms 60 KB
 *   avif effort 2, 4:2:0 / 4:4:4            1280 px: 437 ms 66 KB   / 568 ms 70 KB
 *   jpg q80   mozjpeg / plain                300 px:  11 ms  9.9 KB /   2 ms 11.7 KB;  1280 px: 107 ms 116 KB / 13 ms 145 KB
 *   png       9 / 6 / 6 with adaptive filter 300 px:   8 ms  143 KB / 5.2 ms  148 KB / 9.1 ms 104 KB
 *
 * AVIF at effort 0 costs a quarter of effort 2 for 3 % more bytes and 0.2 to 0.4 dB, so it can be made on
 * request. A rendition is made once and sent often, so JPEG gets mozjpeg's seventh less, unless it is so large that this would
 * take longer than an image may.
 */
const encoders: Record<
  RenditionFormat,
  (image: SharpPipeline, quality: number | undefined, pixels: number) => SharpPipeline
> = {
  webp: (image, quality = 78) => image.webp({ quality, effort: 2 }),
  avif: (image, quality = 55) => image.avif({ quality, effort: 0, chromaSubsampling: '4:2:0', bitdepth: 8 }),
  jpg: (image, quality = 80, pixels) =>
    image.jpeg({ quality, mozjpeg: pixels <= maxMozjpegPixels, chromaSubsampling: '4:2:0' }),
  // A quality would turn on the palette, which loses colours.
  png: (image) => image.png({ compressionLevel: 6, adaptiveFiltering: true, palette: false }),
}

/**
 * Ends a pipeline in a format. Nothing but pixels is written: the encoder adds metadata only when asked to.
 *
 * @param options.quality 1 to 100; the format's own default if absent
 * @param options.pixels width × height of the result
 */
export function encodeAs(
  image: SharpPipeline,
  {
    format,
    quality,
    pixels,
  }: {
    readonly format: RenditionFormat
    readonly quality?: number | undefined
    readonly pixels: number
  },
): SharpPipeline {
  return encoders[format](image, quality, pixels)
}
