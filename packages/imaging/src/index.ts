/**
 * Pixels: what bytes are an image (`identify`), whether it decodes and what it shows (`Imaging.inspect`), and
 * smaller images made from it (`Imaging.render`). The only package that loads sharp, and only in child processes,
 * which are started when images come. Knows bytes and pixels; never photos, storage or HTTP.
 */
export type { DecoderLoss, DecoderLossReason } from './decoders/decoder-loss.ts'
export * from './fit-box.ts'
export * from './formats/guess-file-type.ts'
export * from './formats/identify.ts'
export * from './image.ts'
export * from './imaging.ts'
export * from './work-queue.ts'
