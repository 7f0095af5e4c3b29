import { buffer } from 'node:stream/consumers'
import type { BlobKey } from '../../../blob-key.ts'
import { formatClaim, parseClaim, type StoreClaim } from '../../../store-claim.ts'
import type { Bucket } from '../bucket.ts'
import { openObject } from '../open-object.ts'
import { putBlob } from '../put-blob.ts'

/** The name of a claim below a store's own prefix. It cannot be a key. */
export const unlistedName = '.library.json'

/** The claim of a store in a bucket. Errors are native ones or a `TintypeError`. */
export async function readClaim(bucket: Bucket): Promise<StoreClaim | undefined> {
  const { home, key } = findClaim(bucket)
  const object = await openObject(home, { key })
  return object && parseClaim(await buffer(object.body))
}

/** Writes the claim if there is none, and returns the one that there is. */
export async function claimBucket(bucket: Bucket, claim: StoreClaim): Promise<StoreClaim> {
  const { home, key } = findClaim(bucket)
  const options = { contentType: 'application/json', ifExists: 'fail' } as const
  await putBlob(home, { key, source: formatClaim(claim), options })
  return (await readClaim(bucket)) ?? claim
}

/** The claim has the name of no blob, so its key is not parsed. */
function findClaim(bucket: Bucket): { readonly home: Bucket; readonly key: BlobKey } {
  const { location } = bucket
  const name = location.claimName ?? `${location.prefix}${unlistedName}`
  return { home: { ...bucket, location: { ...location, prefix: '' } }, key: name as BlobKey }
}
