import { refuseCredential } from './refuse-credential.ts'

/**
 * The kinds of credentials in `Authorization: Bearer`. A signed URL is none of them. `admin-key` is a text of another form,
 * which only the operator's key can have.
 */
export type CredentialKind = 'api-key' | 'upload-token' | 'jwt' | 'admin-key'

/** A credential as it arrived. Nothing of it is verified. */
export interface Credential {
  readonly kind: CredentialKind
  readonly text: string
}

/**
 * Reads the credential of a request. Its prefix decides the kind, and it is never tried as another one (threat B220).
 *
 * @param values of each header `Authorization`, as they arrived
 * @returns `undefined` if there is none
 * @throws UNAUTHENTICATED for another scheme, two headers, or anything but one token
 */
export function readCredential(values: readonly string[]): Credential | undefined {
  const [value] = values
  if (value === undefined) return undefined
  const text = /^Bearer +([!-~]+)$/i.exec(value)?.[1]
  if (text === undefined || values.length > 1) throw refuseCredential('invalid')
  return { kind: kindOf(text), text }
}

/** The kind that a credential's prefix says. */
export function kindOf(text: string): CredentialKind {
  if (text.startsWith('ttk_')) return 'api-key'
  if (text.startsWith('ttu.')) return 'upload-token'
  return text.startsWith('eyJ') ? 'jwt' : 'admin-key'
}
