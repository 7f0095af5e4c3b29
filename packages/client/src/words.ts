/** Sentences for people, in English: what happened, and what helps. */
export { describeFailure } from './words/describe-failure.ts'
export { formatByteSize } from './words/format-byte-size.ts'
