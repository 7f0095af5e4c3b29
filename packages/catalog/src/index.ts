/**
 * What is known of photos and of access to them: the ports `PhotoCatalog` and `AccessCatalog`. Drivers are under `@tintype/catalog/drivers/*`, their
 * contract suite under `@tintype/catalog/testing`.
 */
export {
  type AccessCatalog,
  type AccessReader,
  type AccessWriter,
  type ApiKeyPatch,
  type ApiKeyRecord,
  type AuditQuery,
  type AuditRecord,
  type GrantUse,
  type KeyInsertion,
  type KeyLimits,
  type KeyReplacement,
  ownerSubject,
  type Quota,
  type QuotaExcess,
  type QuotaLimits,
  type Usage,
} from './access-catalog.ts'
export type { BlobDeletion, BlobDeletionQuery } from './blob-deletion.ts'
export type { ChangeChannel, ChangeFeed, ChangeHandler } from './changes/change-feed.ts'
export type { DigestLookup, DigestQuery } from './digest-lookup.ts'
export { type EventLog, type EventRecord, logStart, type PreviousAccess } from './events/event-log.ts'
export { findExcessNow } from './find-excess.ts'
export type { InsertOutcome } from './insert-outcome.ts'
export type { CurrentLease } from './leases/hold-lease.ts'
export { type KeepLeaseOptions, keepLease } from './leases/keep-lease.ts'
export type { GrantedLease, Lease, LeaseAnswer, Leases } from './leases/leases.ts'
export type { LibraryRecord, LibraryState } from './library-record.ts'
export {
  type CatalogRows,
  type CatalogSnapshot,
  keyOf,
  type MoveRecord,
  type NotedChange,
  type Row,
  type RowKey,
  type RowValue,
} from './moving/catalog-rows.ts'
export { copySnapshot } from './moving/copy-snapshot.ts'
export {
  leftTables,
  type MovedTable,
  type MovedTableName,
  movedTable,
  movedTables,
} from './moving/moved-tables.ts'
export type {
  CatalogReader,
  CatalogWriter,
  ChangeOptions,
  DeletedPhoto,
  IdempotencyKey,
  InsertOptions,
  ListPage,
  ListQuery,
  PhotoCatalog,
  PhotoPatch,
  PhotoRecord,
  RenditionRecord,
} from './photo-catalog.ts'
export type { TagChange, TagOutcome, TagQuery } from './tag-change.ts'
export type { ReadOptions } from './turns/turns.ts'
export { isOutcomeUnknown, withUnknownOutcome } from './unknown-outcome.ts'
