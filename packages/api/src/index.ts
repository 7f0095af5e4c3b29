/** The tRPC router and what answers its calls; no logic beyond calling the use-cases. */
export {
  answerCalls,
  type CallAnswer,
  type CallFailure,
  type CallOptions,
  type CallRequest,
} from './answer-calls.ts'
export { type AppRouter, appRouter } from './app-router.ts'
export type { ApiContext, PhotoUseCases } from './context.ts'
export { procedureTypes } from './procedure-types.ts'
export { streamCalls, streamMediaType } from './stream-calls.ts'
export { type ApiErrorShape, toErrorShape } from './to-error-shape.ts'
export { toTintypeError } from './to-tintype-error.ts'
