import { TintypeError } from '@tintype/contract'

declare const brand: unique symbol

/** Name of a blob: 1 to 8 segments of `a-z 0-9 . _ -` joined by `/`, none starting with a dot, at most 200 characters. */
export type BlobKey = string & { readonly [brand]: 'BlobKey' }

const keyPattern = /^(?=.{1,200}$)[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*){0,7}$/

/** Whether a name can be a key. */
export function isBlobKey(text: string): text is BlobKey {
  return keyPattern.test(text)
}

/**
 * Keys are made by the server from ids and formats, so one that fails here is a defect, not bad input.
 *
 * @throws INTERNAL
 */
export function parseBlobKey(text: string): BlobKey {
  if (!isBlobKey(text)) throw new TintypeError('INTERNAL', 'A storage key is malformed', { cause: text })
  return text
}
