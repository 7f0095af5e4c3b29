/** Makes pictures smaller in the browser before they are uploaded. */
export { type ShrinkOptions, shrink } from './shrink/shrink.ts'
