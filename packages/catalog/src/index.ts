/**
 * What is known of photos: the `PhotoCatalog` port. Drivers are under `@tintype/catalog/drivers/*`, their
 * contract suite under `@tintype/catalog/testing`.
 */
export type {
  CatalogReader,
  CatalogWriter,
  DeletedPhoto,
  IdempotencyKey,
  InsertOptions,
  InsertOutcome,
  ListQuery,
  PhotoCatalog,
  PhotoPatch,
  PhotoRecord,
  RenditionRecord,
} from './photo-catalog.ts'
export { isOutcomeUnknown, withUnknownOutcome } from './unknown-outcome.ts'
