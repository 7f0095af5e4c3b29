import { callTRPCProcedure, getTRPCErrorFromUnknown } from '@trpc/server'
import { appRouter } from './app-router.ts'
import type { ApiContext } from './context.ts'
import { listProcedures } from './procedure-types.ts'
import type { Procedures } from './procedures.ts'
import type { ServerProcedures } from './server-procedures.ts'
import { toTintypeError } from './to-tintype-error.ts'
import type { TokenProcedures } from './token-procedures.ts'

/**
 * The procedures, called in the same process: `photos.list(input, { signal })`. They check rights and inputs as over HTTP, and
 * reject with a `TintypeError`: `INVALID_REQUEST` for a wrong input, `OVERLOADED` once Tintype is closing. `keys`, `tokens`,
 * `urls`, `owners` and `audit` need a closed Tintype; an open one rejects them with `INVALID_REQUEST`. `photos.onChange` is
 * for clients over HTTP only.
 */
export type LocalProcedures = {
  readonly [Space in keyof AllProcedures]: {
    readonly [Name in keyof AllProcedures[Space] as AllProcedures[Space][Name] extends { subscribe: unknown }
      ? never
      : Name]: LocalCall<AllProcedures[Space][Name]>
  }
}

type AllProcedures = Procedures & Omit<ServerProcedures, 'tokens'> & { readonly tokens: TokenProcedures }

type LocalCall<Procedure> = Procedure extends { query: infer Call } | { mutate: infer Call } ? Call : never

/** What local calls run with. */
export interface LocalCallOptions {
  /** Cancels the calls. */
  readonly signal: AbortSignal
  /** Called when a call begins; what it returns is disposed at the call's end. What it throws, the call rejects with. */
  readonly begin: () => Disposable
}

type AnyCall = (input?: unknown, options?: { readonly signal?: AbortSignal | undefined }) => Promise<unknown>

/** Creates the procedures for one caller: one function for each procedure of the router. */
export function createLocalProcedures(
  context: ApiContext,
  { signal: stopping, begin }: LocalCallOptions,
): LocalProcedures {
  const spaces: Record<string, Record<string, AnyCall>> = {}
  for (const [path, type] of listProcedures(appRouter)) {
    if (type === 'subscription') continue
    const [space = '', name = ''] = path.split('.')
    spaces[space] ??= {}
    spaces[space][name] = async (input, { signal } = {}) => {
      using _running = begin()
      try {
        return await callTRPCProcedure({
          router: appRouter,
          ctx: context,
          path,
          type,
          getRawInput: async () => input,
          signal: signal ? AbortSignal.any([signal, stopping]) : stopping,
          batchIndex: 0,
        })
      } catch (thrown) {
        throw toTintypeError(getTRPCErrorFromUnknown(thrown))
      }
    }
  }
  // `Procedures` is compared with the router by a test of the SDK.
  return spaces as unknown as LocalProcedures
}
