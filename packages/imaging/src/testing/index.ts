/**
 * Makes and compares test images, so that tests need no files. Never shipped. The images are the same on every run.
 */
export * from './compare-images.ts'
export { meanDifference } from './make-coloured.ts'
export * from './make-flat-jpeg.ts'
export * from './make-gps-jpeg.ts'
export * from './make-image.ts'
export * from './make-quadrants.ts'
export * from './thumbnail-target.ts'
export * from './unhurried.ts'
