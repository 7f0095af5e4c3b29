import { TintypeError } from './errors.ts'
import type { Right } from './rights.ts'
import type { UploadGrant } from './upload-grant.ts'

/** Which photos a caller can see. */
export interface PhotoScope {
  /** Only photos of this owner; absent if the caller acts for every owner. */
  readonly owner?: string | undefined
  /** Whether private photos are among them. */
  readonly includesPrivate: boolean
}

/**
 * How a caller was identified: by nothing because the server is open (`open`), by nothing although it is closed
 * (`anonymous`), by an API key, an upload token or a JWT of the application, or by nothing because the application that embeds
 * a closed server calls it in process (`local`).
 */
export type CallerKind = 'open' | 'anonymous' | 'key' | 'token' | 'jwt' | 'local'

/** What a key limits besides rights. An absent limit is the server's own. */
export interface CallerLimits {
  readonly requestsPerMinute?: number | undefined
  /** Photos that may exist at the same time. */
  readonly maxPhotos?: number | undefined
  /** Bytes of all originals together. */
  readonly maxBytes?: number | undefined
  /** Bytes of one original. */
  readonly maxByteSize?: number | undefined
}

/** The sender of a request and its rights. Every route and procedure checks it first. */
export interface Caller {
  readonly kind: CallerKind
  /** For log and audit, never a secret: `open`, `anonymous`, `env`, `key:{id}`, `token:{id}`, `jwt:{owner}`, `local`, `local:{owner}`. */
  readonly id: string
  readonly scope: PhotoScope
  /** What an upload token fixes and limits. Only callers of the kind `token` have one. */
  readonly grant?: UploadGrant | undefined
  /** When the credential ends, Unix time in milliseconds; absent if it has no end. */
  readonly expiresAtMs?: number | undefined
  /** Of the caller's key, or of the key that made its upload token. */
  readonly limits?: CallerLimits | undefined
  /**
   * The id that requests and uploads are counted under: of a key that replaced another one, that of the first; of an upload
   * token, that of the key that made it. @default the caller's own id
   */
  readonly countedAs?: string | undefined
  may(right: Right): boolean
}

/** The sender of a request as the use-cases see it: which photos it can see, and how its changes are recorded. */
export interface Actor {
  readonly scope: PhotoScope
  /** Absent on an open server: no caller has a name there, so nothing is recorded. */
  readonly audit?: AuditSource | undefined
}

/** Who made a change, and in which request. */
export interface AuditSource {
  /** A caller's id. */
  readonly actor: string
  readonly requestId: string
}

/** The actor of a request. */
export function actorOf({ kind, id, scope }: Caller, requestId: string): Actor {
  return kind === 'open' ? { scope } : { scope, audit: { actor: id, requestId } }
}

/** Every caller of an open server. It may do everything. */
export const openCaller: Caller = {
  kind: 'open',
  id: 'open',
  scope: { includesPrivate: true },
  may: () => true,
}

/** A caller of a closed server that sent no credential. It has no rights and sees public photos only. */
export const anonymousCaller: Caller = {
  kind: 'anonymous',
  id: 'anonymous',
  scope: { includesPrivate: false },
  may: () => false,
}

/**
 * The error for a caller that lacks a right: UNAUTHENTICATED if it sent no credential, else FORBIDDEN with the fact
 * `needs`. `undefined` if the caller has the right.
 */
export function refusalOf(caller: Caller, right: Right): TintypeError | undefined {
  if (caller.may(right)) return undefined
  if (caller.kind !== 'anonymous')
    return new TintypeError('FORBIDDEN', `This needs the right ${right}`, { facts: { needs: right } })
  return new TintypeError(
    'UNAUTHENTICATED',
    `This needs the right ${right}. Send a key or a token in the header Authorization: Bearer`,
    { facts: { reason: 'missing' } },
  )
}
