/** What a caller may be allowed to do. */
export type Right = 'photos:read' | 'photos:write' | 'system:read'

/** Whoever sent a request, as far as rights go. Every route and procedure asks it before it acts. */
export interface Caller {
  may(right: Right): boolean
}
