import { type Caller, openCaller, rightsOfScopes } from '@tintype/contract'
import type { LocalCaller } from './tintype.ts'

const rightsOfOwner = rightsOfScopes(['manage'])

/** The caller of a procedure in process. One with an owner sees that owner's photos, and cannot move them to another owner. */
export function createLocalCaller({ owner }: LocalCaller): Caller {
  if (owner === null) return openCaller
  const scope = { owner, includesPrivate: true }
  return { ...openCaller, scope, may: (right) => rightsOfOwner.has(right) }
}
