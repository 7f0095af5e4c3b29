/** For tests of catalogs: the contract suites that every driver must pass, and sample photos. */
export * from './describe-access.ts'
export * from './describe-changes.ts'
export * from './describe-leases.ts'
export * from './describe-photo-catalog.ts'
export * from './moving/describe-rows.ts'
export * from './sample-photo.ts'
export * from './start-postgres.ts'
