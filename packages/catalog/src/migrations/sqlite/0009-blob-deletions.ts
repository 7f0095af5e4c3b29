/** Deleted photos whose files are still to be removed. `deleted_at_ms` is Unix time. */
export const noteBlobDeletions = `
CREATE TABLE blob_deletions (
  photo_id      TEXT    NOT NULL PRIMARY KEY,
  format        TEXT    NOT NULL,
  deleted_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_deletions_by_age ON blob_deletions (deleted_at_ms);
`
