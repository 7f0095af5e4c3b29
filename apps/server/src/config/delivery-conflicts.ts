import type { Config } from './config.ts'
import type { Conflict, NameOf } from './conflict.ts'

/** Ways to deliver media that do not fit the storage, or each other. */
export function findDeliveryConflicts({ http, storage }: Config, nameOf: NameOf): Conflict[] {
  const conflicts: Conflict[] = []
  const isRedirect = http.mediaDelivery === 'redirect'
  if (http.accelPrefix !== undefined && storage.kind === 'memory') {
    const problem = `${nameOf('accelPrefix')}: expected ${nameOf('storage')} to be a directory or a bucket, which nginx can read`
    conflicts.push({ keys: ['accelPrefix', 'storage'], problem })
  }
  if (isRedirect && storage.kind !== 's3') {
    const problem = `${nameOf('mediaDelivery')}: expected ${nameOf('storage')} to be a bucket, to which clients can be redirected`
    conflicts.push({ keys: ['mediaDelivery', 'storage'], problem })
  }
  if (isRedirect && http.accelPrefix !== undefined) {
    const problem = `${nameOf('mediaDelivery')}, ${nameOf('accelPrefix')}: expected one of them; with a prefix nginx sends all media`
    conflicts.push({ keys: ['mediaDelivery', 'accelPrefix'], problem })
  }
  return conflicts
}
