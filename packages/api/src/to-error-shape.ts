import { type ErrorRow, errorTable, type Problem, type TintypeError, toProblem } from '@tintype/contract'
import {
  type TRPC_ERROR_CODE_KEY,
  type TRPC_ERROR_CODE_NUMBER,
  TRPC_ERROR_CODES_BY_KEY,
} from '@trpc/server/rpc'

/** An error as tRPC puts it into `error`: with the same problem object that plain HTTP has as its body. */
export interface ApiErrorShape {
  /** JSON-RPC's number, the nearest to the status. */
  readonly code: TRPC_ERROR_CODE_NUMBER
  readonly message: string
  readonly data: Problem
}

/** Renders an error for tRPC. A code that never crosses the wire becomes `INTERNAL`, as in `toProblem`. */
export function toErrorShape(error: TintypeError, requestId: string): ApiErrorShape {
  const data = toProblem(error, requestId)
  const row: ErrorRow & { readonly rpc: TRPC_ERROR_CODE_KEY } = errorTable[data.code]
  return { code: TRPC_ERROR_CODES_BY_KEY[row.rpc], message: error.message, data }
}
