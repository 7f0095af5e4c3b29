import { TintypeError } from '@tintype/contract'

/**
 * What a failed call means: the object is `absent`, the `bucket` is, the key is `taken`, another write of it is under way
 * (`conflict`), the bytes arrived changed (`digest`), there is no space (`full`), the range lies outside (`range`), the engine is
 * busy or cannot be reached (`passing`), or it refuses (`refused`). `defect` is the rest.
 */
export type FailureKind =
  | 'absent'
  | 'bucket'
  | 'taken'
  | 'conflict'
  | 'digest'
  | 'full'
  | 'range'
  | 'passing'
  | 'refused'
  | 'defect'

/** A failed call without what the request carried. */
export interface EngineFailure {
  readonly kind: FailureKind
  /** The engine's code, such as `SlowDown`, or that of Node, such as `ECONNRESET`. */
  readonly code: string
  /** Of the answer; `undefined` if there was none, so that the outcome of a write is unknown. */
  readonly status: number | undefined
  readonly text: string
}

const kindsByCode: Readonly<Record<string, FailureKind>> = {
  NoSuchKey: 'absent',
  NoSuchUpload: 'absent',
  NotFound: 'absent',
  NoSuchBucket: 'bucket',
  PreconditionFailed: 'taken',
  ConditionalRequestConflict: 'conflict',
  OperationAborted: 'conflict',
  BadDigest: 'digest',
  InvalidDigest: 'digest',
  XAmzContentSHA256Mismatch: 'digest',
  QuotaExceeded: 'full',
  InsufficientCapacity: 'full',
  InsufficientStorage: 'full',
  XMinioStorageFull: 'full',
  InvalidRange: 'range',
  SlowDown: 'passing',
  RequestTimeout: 'passing',
  AbortError: 'passing',
  TimeoutError: 'passing',
  AuthorizationHeaderMalformed: 'refused',
  ExpiredToken: 'refused',
  InvalidToken: 'refused',
  TokenRefreshRequired: 'refused',
  CredentialsProviderError: 'refused',
}

const kindsByStatus: Readonly<Record<number, FailureKind>> = {
  404: 'absent',
  408: 'passing',
  409: 'conflict',
  412: 'taken',
  416: 'range',
  429: 'passing',
  507: 'full',
}

/**
 * Reads an error of the SDK. Nothing else of it may be kept: it can have key ids, signatures and signed URLs in it (threat
 * B207).
 */
export function readFailure(error: unknown): EngineFailure {
  const { name, message, code, status } = fieldsOf(error)
  // An error of the network has Node's code; one of the engine has its code as the name.
  const shown = code ?? name
  const kind = kindsByCode[shown] ?? kindsByCode[name] ?? kindByStatus(status, code)
  return { kind, code: shown, status, text: `${shown}: ${message.split('\n', 1)[0]?.slice(0, 200)}` }
}

function kindByStatus(status: number | undefined, code: string | undefined): FailureKind {
  if (status === undefined) return code === undefined ? 'defect' : 'passing'
  if (kindsByStatus[status]) return kindsByStatus[status]
  if (status === 501) return 'defect'
  if (status >= 500) return 'passing'
  return (status >= 300 && status < 400) || status === 401 || status === 403 ? 'refused' : 'defect'
}

function fieldsOf(error: unknown) {
  const fields = (error ?? {}) as {
    readonly name?: unknown
    readonly message?: unknown
    readonly code?: unknown
    readonly $metadata?: { readonly httpStatusCode?: number }
    readonly $response?: { readonly statusCode?: number }
  }
  return {
    name: String(fields.name ?? 'Error'),
    message: String(fields.message ?? ''),
    code: typeof fields.code === 'string' ? fields.code : undefined,
    status: fields.$metadata?.httpStatusCode ?? fields.$response?.statusCode,
  }
}

/** The failure as a cause that can be logged. */
export function causeOf({ text, status }: EngineFailure): Error {
  return new Error(status === undefined ? text : `${text} (HTTP ${status})`)
}

/** An error for bytes of a range that does not exist. */
export function rangeOutside(): TintypeError {
  return new TintypeError('INTERNAL', 'The requested range lies outside the stored bytes')
}
