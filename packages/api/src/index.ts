/** The tRPC router and the server that answers its calls. Its only logic is to call the use-cases. */
export type { AccessUseCases } from './access-use-cases.ts'
export { type AppRouter, appRouter } from './app-router.ts'
export type { CallFailure } from './call-request.ts'
export { type CallServer, createCallServer } from './call-server.ts'
export type { PhotoUseCases } from './context.ts'
export { createLocalProcedures, type LocalCallOptions, type LocalProcedures } from './local-procedures.ts'
export { toErrorShape } from './to-error-shape.ts'
export { procedure, router } from './trpc.ts'
