/** The tRPC router and the server for its calls; no logic beyond calling the use-cases. */
export { type AppRouter, appRouter } from './app-router.ts'
export type { CallAnswer, CallFailure, CallHeaders, CallRequest } from './call-request.ts'
export { type AnswerOptions, type CallServer, createCallServer } from './call-server.ts'
export type { ApiContext, PhotoUseCases } from './context.ts'
export { listProcedures, type ProcedureTypes } from './procedure-types.ts'
export { type ApiErrorShape, toErrorShape } from './to-error-shape.ts'
export { toTintypeError } from './to-tintype-error.ts'
export { procedure, router } from './trpc.ts'
