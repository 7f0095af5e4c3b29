import type { AnyTRPCProcedure, AnyTRPCRouter, TRPCProcedureType } from '@trpc/server'

/** Each procedure's type by its full name, such as `photos.list`. */
export type ProcedureTypes = ReadonlyMap<string, TRPCProcedureType>

/** All procedures of a router. */
export function listProcedures(router: AnyTRPCRouter): ProcedureTypes {
  // a flat record by full name, which its type does not say
  const procedures = router._def.procedures as unknown as Record<string, AnyTRPCProcedure>
  return new Map(Object.entries(procedures).map(([name, { _def }]) => [name, _def.type]))
}
