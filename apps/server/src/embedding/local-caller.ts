import { type Caller, openCaller, rightsOfScopes, TintypeError } from '@tintype/contract'
import { ownerInput } from '@tintype/contract/schemas'
import type { LocalCaller } from './tintype.ts'

const rightsOfOwner = rightsOfScopes(['manage'])

/**
 * The caller of a procedure in process. One with an owner sees that owner's photos, and cannot move them to another owner.
 *
 * @throws INVALID_REQUEST for anything but `null` or an owner: without an owner, the caller would act for every one
 * @param options.isClosed whether callers have names, under which the audit log records what they change
 */
export function createLocalCaller(
  { owner }: LocalCaller,
  { isClosed }: { readonly isClosed: boolean },
): Caller {
  const application: Caller = isClosed ? { ...openCaller, kind: 'local', id: 'local' } : openCaller
  if (owner === null) return application
  if (!ownerInput.safeParse(owner).success)
    throw new TintypeError(
      'INVALID_REQUEST',
      'The caller has no valid owner. Expected 1 to 200 visible ASCII characters, or null for the application itself',
    )
  const scope = { owner, includesPrivate: true }
  const id = isClosed ? `local:${owner}` : application.id
  return { ...application, id, scope, may: (right) => rightsOfOwner.has(right) }
}
