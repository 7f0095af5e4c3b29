import type { AnyTRPCProcedure, TRPCProcedureType } from '@trpc/server'
import { appRouter } from './app-router.ts'

/** Every procedure by its full name, and whether it is a query or a mutation. */
export const procedureTypes: ReadonlyMap<string, TRPCProcedureType> = new Map(
  // flat, by full name, which its type does not say
  Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>).map(
    ([name, { _def }]) => [name, _def.type],
  ),
)
