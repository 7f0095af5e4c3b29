/** The loader for `next/image`. */

export { createNextLoader, type NextLoader } from './next/create-next-loader.ts'
