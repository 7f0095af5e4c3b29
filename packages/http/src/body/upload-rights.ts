import { narrowestBounds } from '@tintype/access'
import { type GrantUse, ownerSubject, type Quota } from '@tintype/catalog'
import { type Caller, TintypeError, type UploadGrant } from '@tintype/contract'
import { ownerInput, parseInput, visibilityInput } from '@tintype/contract/schemas'
import { openTerms, type PhotoTerms, privateRefused, type UploadDetails } from '@tintype/photos'
import type { ClosedAccess } from '../access/closed-access.ts'

/** What an upload may have at most: the server's limits, the key's and the upload token's. */
export function uploadBoundsOf({ grant, limits }: Caller) {
  const { maxByteSize, formats, maxPixels } = narrowestBounds(limits ?? {}, grant ?? {})
  return { maxUploadByteSize: maxByteSize, allowedFormats: formats, maxPixels }
}

/** What the client says, and what its rights make of it. */
export interface SettledUpload {
  readonly details: UploadDetails
  readonly terms: PhotoTerms
  /** Whose idempotency keys are looked up. */
  readonly keyOwner: string
}

/**
 * Decides owner, visibility, texts and quotas of an upload. What an upload token fixes wins, and a form that contradicts it is
 * refused.
 *
 * @param closed absent on an open server, where every photo is public and has no owner
 * @throws FORBIDDEN for what the caller may not decide, INVALID_REQUEST for values that are not valid
 */
export function settleUpload(
  sent: UploadDetails,
  { caller, closed }: { readonly caller: Caller; readonly closed: ClosedAccess | undefined },
): SettledUpload {
  if (closed === undefined) {
    // No photo has an owner here, so a field of this name is the application's own and is ignored, as it always was.
    if (readWanted({ visibility: sent.visibility }).visibility === 'private') throw privateRefused()
    return { details: sent, terms: openTerms, keyOwner: '' }
  }
  const wanted = readWanted(sent)
  const { grant } = caller
  const owner = settle(
    'owner',
    wanted.owner,
    grant === undefined ? caller.scope.owner : (grant.owner ?? null),
  )
  const details: UploadDetails = {
    filename: sent.filename,
    title: settle('title', sent.title, grant?.title),
    alt: settle('alt', sent.alt, grant?.alt),
    tags: settleTags(sent.tags, grant?.tags),
  }
  const usage = usageTermsOf(caller, closed, owner ?? null)
  return {
    details,
    keyOwner: usage.owner === null ? caller.id : ownerSubject(usage.owner),
    terms: {
      ...usage,
      visibility: settle('visibility', wanted.visibility, grant?.visibility) ?? closed.defaultVisibility,
      metadata: grant?.metadata ?? null,
      maxPixels: uploadBoundsOf(caller).maxPixels,
      grant: grant && grantUseOf(grant),
    },
  }
}

/** Whose quotas an upload counts for. @param owner of the photo; the caller's own before the upload has named one */
export function usageTermsOf(
  { id, scope, limits = {}, countedAs = id }: Caller,
  { ownerQuota }: Pick<ClosedAccess, 'ownerQuota'>,
  owner: string | null = scope.owner ?? null,
): Pick<PhotoTerms, 'owner' | 'uploadedBy' | 'quotas'> {
  const { maxPhotos, maxBytes } = limits
  const ofOwner: readonly Quota[] = owner === null ? [] : [{ subject: ownerSubject(owner), ...ownerQuota }]
  return { owner, uploadedBy: countedAs, quotas: [...ofOwner, { subject: countedAs, maxPhotos, maxBytes }] }
}

function grantUseOf({ id, uses, expiresAtSeconds }: UploadGrant): GrantUse {
  return { id, uses, expiresAt: new Date(expiresAtSeconds * 1000).toISOString() }
}

/** @throws INVALID_REQUEST */
function readWanted({ owner, visibility }: UploadDetails) {
  return {
    owner: owner === undefined ? undefined : parseInput(ownerInput, owner),
    visibility: visibility === undefined ? undefined : parseInput(visibilityInput, visibility),
  }
}

/** The value that is fixed, if one is; else the one that was sent. @throws FORBIDDEN if they differ */
function settle<Value extends string, Fixed extends Value | null>(
  name: string,
  sent: Value | undefined,
  fixed: Fixed | undefined,
): Value | Fixed | undefined {
  if (fixed === undefined) return sent
  if (sent === undefined || sent === fixed) return fixed
  throw contradiction(name)
}

function settleTags(sent: readonly string[] = [], fixed?: readonly string[]): readonly string[] {
  if (fixed === undefined) return sent
  if (sent.length === 0 || (sent.length === fixed.length && sent.every((tag) => fixed.includes(tag))))
    return fixed
  throw contradiction('tags')
}

function contradiction(name: string): TintypeError {
  const detail = `The credential fixes ${name}, and the upload names another value. Leave ${name} out`
  return new TintypeError('FORBIDDEN', detail, { facts: { needs: `an upload that leaves ${name} out` } })
}
