/**
 * Pixels: which format bytes have (`identify`), whether an image decodes and what it shows (`Imaging.inspect`), and smaller
 * images made from it (`Imaging.render`). The only package that loads sharp, and only in child processes, which start when
 * images arrive. Independent of photos, storage and HTTP.
 */
export { decoderLossReasons } from './decoders/decoder-loss.ts'
export { renditionSize } from './fit-box.ts'
export { guessFileType } from './formats/guess-file-type.ts'
export { identify, identifyByteSize } from './formats/identify.ts'
export type {
  FormatsTarget,
  ImageFacts,
  ImageSource,
  RenderedImage,
  RenderTarget,
  Size,
  ThumbnailTarget,
} from './image.ts'
export { createImaging, type Imaging, type OpenImage } from './imaging.ts'
export type { WaitOptions } from './queue/work-queue.ts'
