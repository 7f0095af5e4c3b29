import { type Caller, openCaller, rightsOfScopes } from '@tintype/contract'
import type { LocalCaller } from './tintype.ts'

const rightsOfOwner = rightsOfScopes(['manage'])

/**
 * The caller of a procedure in process. One with an owner sees that owner's photos, and cannot move them to another owner.
 *
 * @param options.isClosed whether callers have names, under which the audit log records what they change
 */
export function createLocalCaller(
  { owner }: LocalCaller,
  { isClosed }: { readonly isClosed: boolean },
): Caller {
  const application: Caller = isClosed ? { ...openCaller, kind: 'local', id: 'local' } : openCaller
  if (owner === null) return application
  const scope = { owner, includesPrivate: true }
  const id = isClosed ? `local:${owner}` : application.id
  return { ...application, id, scope, may: (right) => rightsOfOwner.has(right) }
}
