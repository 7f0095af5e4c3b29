/** For projects that call Tintype with tRPC's own client, such as with TanStack Query. The only entry that needs tRPC's types. */
export type { AppRouter } from '@tintype/api'
export { tintypeLink } from './tintype-link.ts'
