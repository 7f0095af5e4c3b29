import { type Right, rightsOfScopes, type Scope, serverWideRights } from '@tintype/contract'

/** What a credential is, as the answer shows it: `refused` if it is not accepted at all. */
export interface Credential {
  readonly rights: ReadonlySet<Right> | 'anonymous' | 'refused'
  /** Sees only this owner's photos; `undefined` if every owner's. */
  readonly owner?: string | undefined
  readonly includesPrivate: boolean
}

const keyOf = (scopes: readonly Scope[], owner?: string): Credential => ({
  rights: rightsOfScopes(scopes),
  owner,
  includesPrivate: true,
})
const refused: Credential = { rights: 'refused', includesPrivate: false }
/** An admin of one owner has no rights about all owners. */
const rightsOfOneOwner: ReadonlySet<Right> = new Set(
  [...rightsOfScopes(['admin'])].filter((right) => !(serverWideRights as readonly Right[]).includes(right)),
)
const tokenRights: ReadonlySet<Right> = new Set<Right>(['photos:create', 'system:read'])

export const credentials: Readonly<Record<string, Credential>> = {
  none: { rights: 'anonymous', includesPrivate: false },
  malformed: refused,
  wrong: refused,
  revoked: refused,
  expired: refused,
  read: keyOf(['read']),
  upload: keyOf(['upload']),
  manage: keyOf(['manage']),
  admin: keyOf(['admin']),
  'alice’s key': keyOf(['manage'], 'alice'),
  'bob’s key': keyOf(['manage'], 'bob'),
  'alice’s admin key': { ...keyOf(['admin'], 'alice'), rights: rightsOfOneOwner },
  'revoked upload token': refused,
  'spent upload token': { rights: tokenRights, owner: 'alice', includesPrivate: false },
  'upload token': { rights: tokenRights, owner: 'alice', includesPrivate: false },
  'JWT of alice': keyOf(['read', 'upload', 'manage'], 'alice'),
  'JWT of bob': keyOf(['read', 'upload', 'manage'], 'bob'),
  'JWT with the algorithm none': refused,
  'JWT with a wrong MAC': refused,
  'JWT signed with a key id that is unknown': refused,
  'JWT for another audience': refused,
  'JWT of another issuer': refused,
  'JWT that has expired': refused,
}

/** Kinds of photos, with what decides who may see them. */
export const targets = {
  'alice’s private photo': { owner: 'alice', visibility: 'private' },
  'bob’s private photo': { owner: 'bob', visibility: 'private' },
  'a private photo of nobody': { owner: null, visibility: 'private' },
  'alice’s public photo': { owner: 'alice', visibility: 'public' },
  'an unknown photo': undefined,
} as const
export type Target = keyof typeof targets

/** What a route or procedure needs, and how a request about a photo is sent. */
export interface Subject {
  /** `null` if everyone may call it. */
  readonly needs: Right | null
  /** Whether rows or media of a photo are requested. Absent if no photo is. */
  readonly sees?: 'row' | 'media'
  readonly send: (id: string) => { readonly path: string; readonly method?: string; readonly json?: unknown }
  readonly success: number
}

export const unknownId = '01890000-0000-7000-8000-000000000000'
const query = (name: string, input?: unknown) => ({
  path: `/trpc/${name}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`,
})
export const mutation = (name: string, json: unknown) => ({ path: `/trpc/${name}`, method: 'POST', json })
/** A procedure that reads no photo. Its input may be refused, because only the rights are compared. */
const ungated = (
  needs: Right,
  send: ReturnType<typeof query> | ReturnType<typeof mutation>,
  success = 200,
): Subject => ({
  needs,
  send: () => send,
  success,
})

export const routes: Readonly<Record<string, Subject>> = {
  'POST /photos': { needs: 'photos:create', send: () => ({ path: '/photos', method: 'POST' }), success: 400 },
  'POST /photos/thumbnail': {
    needs: 'photos:create',
    send: () => ({ path: '/photos/thumbnail', method: 'POST' }),
    success: 400,
  },
  'GET /photos/:id': {
    needs: 'photos:read',
    sees: 'row',
    send: (id) => ({ path: `/photos/${id}` }),
    success: 200,
  },
  'DELETE /photos/:id': {
    needs: 'photos:delete',
    sees: 'row',
    send: (id) => ({ path: `/photos/${id}`, method: 'DELETE' }),
    success: 204,
  },
  'GET /healthz': { needs: null, send: () => ({ path: '/healthz' }), success: 200 },
  'GET /readyz': { needs: null, send: () => ({ path: '/readyz' }), success: 200 },
  'GET /readyz/node': { needs: null, send: () => ({ path: '/readyz/node' }), success: 200 },
  'GET /metrics': { needs: 'metrics:read', send: () => ({ path: '/metrics' }), success: 200 },
  'GET /sdk.js': { needs: null, send: () => ({ path: '/sdk.js' }), success: 200 },
  'GET /sdk.d.ts': { needs: null, send: () => ({ path: '/sdk.d.ts' }), success: 200 },
  'GET /sdk.tgz': { needs: null, send: () => ({ path: '/sdk.tgz' }), success: 200 },
  'GET /react.tgz': { needs: null, send: () => ({ path: '/react.tgz' }), success: 200 },
  '/media original': {
    needs: null,
    sees: 'media',
    send: (id) => ({ path: `/media/${id}.jpg` }),
    success: 200,
  },
  '/media thumbnail': {
    needs: null,
    sees: 'media',
    send: (id) => ({ path: `/media/${id}/thumb.webp` }),
    success: 200,
  },
  '/media width': {
    needs: null,
    sees: 'media',
    send: (id) => ({ path: `/media/${id}/w160.webp` }),
    success: 200,
  },
  '/static': { needs: null, send: () => ({ path: '/static/absent.js' }), success: 404 },
  'the page': { needs: null, send: () => ({ path: '/' }), success: 404 },
}

export const procedures: Readonly<Record<string, Subject>> = {
  'photos.list': ungated('photos:read', query('photos.list')),
  'photos.get': {
    needs: 'photos:read',
    sees: 'row',
    send: (id) => query('photos.get', { id }),
    success: 200,
  },
  'photos.update': {
    needs: 'photos:update',
    sees: 'row',
    send: (id) => mutation('photos.update', { id, title: 'new' }),
    success: 200,
  },
  'photos.onChange': ungated('photos:read', query('photos.onChange')),
  'photos.move': {
    needs: 'photos:move',
    sees: 'row',
    send: (id) => mutation('photos.move', { id, owner: 'carol' }),
    success: 200,
  },
  'photos.delete': {
    needs: 'photos:delete',
    sees: 'row',
    send: (id) => mutation('photos.delete', { id }),
    success: 200,
  },
  'photos.findByDigest': ungated('photos:read', query('photos.findByDigest', { sha256: ['0'.repeat(64)] })),
  // each photo has its own outcome, and the answer is 200
  'photos.deleteMany': ungated('photos:delete', mutation('photos.deleteMany', { ids: [unknownId] })),
  'photos.tagMany': {
    needs: 'photos:update',
    sees: 'row',
    send: (id) => mutation('photos.tagMany', { ids: [id], add: ['new'] }),
    success: 200,
  },
  'tags.list': ungated('photos:read', query('tags.list')),
  'thumbnails.create': {
    needs: 'renditions:create',
    sees: 'row',
    send: (photoId) => mutation('thumbnails.create', { photoId, width: 20 }),
    success: 200,
  },
  'thumbnails.list': {
    needs: 'photos:read',
    sees: 'row',
    send: (photoId) => query('thumbnails.list', { photoId }),
    success: 200,
  },
  'system.limits': ungated('system:read', query('system.limits')),
  'system.about': ungated('system:read', query('system.about')),
  'keys.create': ungated('keys:manage', mutation('keys.create', {}), 400),
  'keys.list': ungated('keys:manage', query('keys.list')),
  'keys.rotate': ungated('keys:manage', mutation('keys.rotate', {}), 400),
  'keys.revoke': ungated('keys:manage', mutation('keys.revoke', {}), 400),
  'tokens.createUpload': ungated('tokens:mint', mutation('tokens.createUpload', { uses: 0 }), 400),
  'tokens.revoke': ungated('tokens:mint', mutation('tokens.revoke', {}), 400),
  'urls.sign': {
    needs: 'urls:sign',
    sees: 'row',
    send: (photoId) => mutation('urls.sign', { photoId }),
    success: 200,
  },
  'owners.usage': ungated('photos:read', query('owners.usage', { owner: '' }), 400),
  'owners.setQuota': ungated('keys:manage', mutation('owners.setQuota', {}), 400),
  'audit.list': ungated('audit:read', query('audit.list')),
}

/** The status of the answer that a credential must get. */
export function expectedStatus(name: string, { needs, sees, success }: Subject, kind: Target): number {
  const { rights, owner, includesPrivate } = credentials[name] ?? refused
  if (rights === 'refused') return 401
  if (needs !== null && (rights === 'anonymous' || !rights.has(needs)))
    return rights === 'anonymous' ? 401 : 403
  if (sees === undefined) return success
  const photo = targets[kind]
  if (photo === undefined) return 404
  if (sees === 'media' && photo.visibility === 'public') return success
  const isOwn = owner === undefined || photo.owner === owner
  return isOwn && (includesPrivate || photo.visibility === 'public') ? success : 404
}
