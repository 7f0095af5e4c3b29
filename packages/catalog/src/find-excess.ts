import { type AccessReader, type Quota, type QuotaExcess, subjectsOf, type Usage } from './access-catalog.ts'
import type { PhotoRecord } from './photo-catalog.ts'

/**
 * The first quota that one more photo would exceed; `undefined` if it fits. A limit that is stored for a subject wins over
 * one that is given.
 *
 * @param usage.find must be read in the transaction that inserts the photo
 */
export function findExcess(
  photo: Pick<PhotoRecord, 'owner' | 'uploadedBy' | 'byteSize'>,
  { quotas, find }: { readonly quotas: readonly Quota[]; readonly find: (subject: string) => Usage },
): QuotaExcess | undefined {
  for (const subject of subjectsOf(photo)) {
    const used = find(subject)
    const { maxPhotos, maxBytes } = { ...quotas.find((quota) => quota.subject === subject), ...used }
    if (maxPhotos !== undefined && used.photos + 1 > maxPhotos)
      return { subject, unit: 'photos', limit: maxPhotos, used: used.photos }
    if (maxBytes !== undefined && used.bytes + photo.byteSize > maxBytes)
      return { subject, unit: 'bytes', limit: maxBytes, used: used.bytes }
  }
  return undefined
}

/** The same outside of a transaction: what is found may have changed before the photo is inserted. */
export async function findExcessNow(
  photo: Pick<PhotoRecord, 'owner' | 'uploadedBy' | 'byteSize'>,
  {
    quotas,
    catalog,
  }: { readonly quotas: readonly Quota[]; readonly catalog: Pick<AccessReader, 'findUsage'> },
): Promise<QuotaExcess | undefined> {
  const found = await Promise.all(
    subjectsOf(photo).map(async (subject) => [subject, await catalog.findUsage(subject)] as const),
  )
  const usage = new Map(found)
  return findExcess(photo, { quotas, find: (subject) => usage.get(subject) ?? { photos: 0, bytes: 0 } })
}
