import {
  type ErrorCode,
  type errorTable,
  type Problem,
  type TintypeError,
  toProblem,
} from '@tintype/contract'
import {
  type TRPC_ERROR_CODE_KEY,
  type TRPC_ERROR_CODE_NUMBER,
  TRPC_ERROR_CODES_BY_KEY,
} from '@trpc/server/rpc'

/** The member `error` of tRPC's answers. Its `data` is the problem object that plain HTTP sends as its body. */
export interface ApiErrorShape {
  /** JSON-RPC's number, the nearest to the status. */
  readonly code: TRPC_ERROR_CODE_NUMBER
  readonly message: string
  readonly data: Problem
}

type Status = (typeof errorTable)[ErrorCode]

/** tRPC's own code for each status of the table, or the nearest if tRPC has none. */
const rpcCodes: Record<Status, TRPC_ERROR_CODE_KEY> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  416: 'BAD_REQUEST',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
  507: 'SERVICE_UNAVAILABLE',
}

/** Converts an error to what tRPC sends. A code that never crosses the wire becomes `INTERNAL`, as in `toProblem`. */
export function toErrorShape(error: TintypeError, requestId: string): ApiErrorShape {
  const data = toProblem(error, requestId)
  return { code: TRPC_ERROR_CODES_BY_KEY[rpcCodes[data.status]], message: data.detail, data }
}
