/** The tRPC router and what it needs; no logic beyond calling the use-cases. */
export { type AppRouter, appRouter } from './app-router.ts'
export type { ApiContext, PhotoUseCases } from './context.ts'
export { type ApiErrorShape, toErrorShape } from './to-error-shape.ts'
export { toTintypeError } from './to-tintype-error.ts'
