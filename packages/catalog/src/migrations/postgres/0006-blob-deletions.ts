/** Deleted photos whose files are still to be removed. */
export const noteBlobDeletions = `
CREATE TABLE tintype.blob_deletions (
  photo_id   uuid        NOT NULL PRIMARY KEY,
  format     text        NOT NULL,
  deleted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX blob_deletions_by_age ON tintype.blob_deletions (deleted_at);
`
