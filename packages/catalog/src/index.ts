/**
 * What is known of photos: the `PhotoCatalog` port. Drivers are under `@tintype/catalog/drivers/*`, their
 * contract suite under `@tintype/catalog/testing`.
 */
export * from './photo-catalog.ts'
