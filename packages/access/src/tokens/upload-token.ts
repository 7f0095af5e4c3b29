import { randomBytes } from 'node:crypto'
import { TintypeError, type UploadGrant, type UploadTerms } from '@tintype/contract'
import { uploadTokenPayload } from '@tintype/contract/schemas'
import { refuseCredential } from '../refuse-credential.ts'
import { type Signer, secretIdPattern } from '../signing/signing-secrets.ts'

/** What a new token allows and fixes. */
export interface UploadTokenChoice extends UploadTerms {
  /** 10 to 86 400. */
  readonly expiresInSeconds: number
}

/** A new upload token. Nothing is kept of it until it is used. */
export interface NewUploadToken {
  /** `ttu.{kid}.{payload}.{mac}` */
  readonly token: string
  /** 96 random bits, 16 characters of base64url. */
  readonly id: string
  /** Unix time, seconds. */
  readonly expiresAtSeconds: number
}

/** Most bytes of a payload as JSON. */
const maxPayloadByteSize = 4096
const tokenPattern = new RegExp(
  `^(?<signed>ttu\\.(?<kid>${secretIdPattern})\\.(?<payload>[\\w-]{1,5462}))\\.(?<mac>[\\w-]{43})$`,
)

/**
 * Makes an upload token. The payload has only known members of the choice.
 *
 * @param options.minterId name of the caller that makes it: when its key ends, the token ends
 * @param options.notAfterSeconds when that caller's own credential ends; the token does not outlive it
 * @throws INVALID_REQUEST if the payload is larger than 4 KiB
 */
export function mintUploadToken(
  { expiresInSeconds, ...terms }: UploadTokenChoice,
  options: {
    readonly signer: Signer
    readonly minterId: string
    readonly nowMs: number
    readonly notAfterSeconds?: number | undefined
  },
): NewUploadToken {
  const { signer, minterId, nowMs, notAfterSeconds = Number.POSITIVE_INFINITY } = options
  const iat = Math.floor(nowMs / 1000)
  const exp = Math.min(iat + expiresInSeconds, Math.floor(notAfterSeconds))
  const id = randomBytes(12).toString('base64url')
  const payload = Buffer.from(JSON.stringify({ ...terms, id, key: minterId, iat, exp }))
  if (payload.byteLength > maxPayloadByteSize)
    throw new TintypeError(
      'INVALID_REQUEST',
      `An upload token carries at most ${maxPayloadByteSize} bytes. Shorten the texts or the metadata`,
      { facts: { limit: maxPayloadByteSize, received: payload.byteLength } },
    )
  const signed = `ttu.${signer.kid}.${payload.toString('base64url')}`
  return { token: `${signed}.${signer.sign('upload-token', signed)}`, id, expiresAtSeconds: exp }
}

/**
 * Verifies an upload token. Does not check whether the key that made it is still valid, nor whether uses are left.
 *
 * @throws UNAUTHENTICATED with the fact `reason`: `expired` only if the signature is right
 */
export function verifyUploadToken(
  token: string,
  { signer, nowMs }: { readonly signer: Signer; readonly nowMs: number },
): UploadGrant {
  const groups = tokenPattern.exec(token)?.groups
  if (groups === undefined) throw refuseCredential('invalid')
  const { signed = '', kid = '', payload = '', mac = '' } = groups
  if (!signer.verify('upload-token', kid, signed, mac)) throw refuseCredential('invalid')
  // A term that is not known here would be ignored, and the token would allow more than it was made for.
  const parsed = uploadTokenPayload.safeParse(parseJson(Buffer.from(payload, 'base64url')))
  if (!parsed.success) throw refuseCredential('invalid', parsed.error)
  const { iat, exp, ...grant } = parsed.data
  if (exp * 1000 <= nowMs) throw refuseCredential('expired')
  return { ...grant, issuedAtSeconds: iat, expiresAtSeconds: exp }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
