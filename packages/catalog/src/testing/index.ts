/** What tests of catalogs share: the contract suites that every driver must pass, and photos to put in. */
export * from './describe-access.ts'
export * from './describe-photo-catalog.ts'
export * from './sample-photo.ts'
