/** Idempotency keys belong to the caller that sent them. Older keys have the owner ''. */
export const ownIdempotencyKeys = `
CREATE TABLE owned_keys (
  owner      TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  seq        INTEGER NOT NULL REFERENCES photos (seq) ON DELETE CASCADE,
  created_at TEXT    NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
INSERT INTO owned_keys (owner, key, seq, created_at) SELECT '', key, seq, created_at FROM idempotency_keys;
DROP TABLE idempotency_keys;
ALTER TABLE owned_keys RENAME TO idempotency_keys;
CREATE INDEX idempotency_keys_by_photo ON idempotency_keys (seq);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
`
