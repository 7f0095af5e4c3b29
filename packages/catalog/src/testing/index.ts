/** What tests of catalogs share: the contract suite that every driver must pass, and photos to put in. */
export * from './describe-photo-catalog.ts'
export * from './sample-photo.ts'
