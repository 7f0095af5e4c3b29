/**
 * What crosses the wire, in one place: shapes, the error table, media URLs. Browser-safe and without
 * dependencies; input schemas, which need zod, are under `@tintype/contract/schemas`.
 */
export * from './caller.ts'
export * from './errors.ts'
export * from './failure.ts'
export * from './media-urls.ts'
export * from './photo.ts'
export * from './problem.ts'
export * from './renditions.ts'
export * from './rights.ts'
export * from './upload-grant.ts'
