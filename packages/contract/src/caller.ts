/** What a caller may be allowed to do. */
export type Right = 'photos:read' | 'photos:write' | 'system:read'

/** The sender of a request and its rights. Every route and procedure asks it before it acts. */
export interface Caller {
  may(right: Right): boolean
}
