/** Every right. Each route and procedure needs one of them. */
export const rights = [
  'photos:read',
  'photos:create',
  'photos:update',
  'photos:delete',
  'photos:import',
  'photos:move',
  'renditions:create',
  'urls:sign',
  'tokens:mint',
  'system:read',
  'keys:manage',
  'webhooks:manage',
  'audit:read',
  'metrics:read',
] as const

/** What a caller may be allowed to do. */
export type Right = (typeof rights)[number]

/** Rights about all owners together. A credential that acts for one owner has none of them, whatever its scopes. */
export const serverWideRights = [
  'photos:move',
  'webhooks:manage',
  'audit:read',
  'metrics:read',
] as const satisfies readonly Right[]

/** Names of groups of rights, as keys and the application's JWTs carry them. */
export const scopes = ['read', 'upload', 'manage', 'admin'] as const

/** The name of a group of rights. */
export type Scope = (typeof scopes)[number]

const readRights: readonly Right[] = ['photos:read', 'system:read']
const uploadRights: readonly Right[] = ['photos:create', 'system:read']

const rightsOfScope: Readonly<Record<Scope, readonly Right[]>> = {
  read: readRights,
  upload: uploadRights,
  manage: [
    ...readRights,
    ...uploadRights,
    'photos:update',
    'photos:delete',
    'renditions:create',
    'urls:sign',
    'tokens:mint',
  ],
  admin: rights,
}

/** All rights that the scopes give. `manage` does not give `photos:import`: only keys can have that right. */
export function rightsOfScopes(granted: Iterable<Scope>): ReadonlySet<Right> {
  return new Set([...granted].flatMap((scope) => rightsOfScope[scope]))
}
