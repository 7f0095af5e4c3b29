/**
 * Owners, visibility, and everything about access. Photos of before have no owner and stay public.
 *
 * Both indexes hold only what needs them: a server without owners and private photos pays nothing for them. `limits`,
 * `scopes`, `metadata` and `details` are JSON.
 */
export const createAccess = `
ALTER TABLE photos ADD COLUMN owner TEXT;
ALTER TABLE photos ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'private'));
ALTER TABLE photos ADD COLUMN metadata TEXT;
ALTER TABLE photos ADD COLUMN uploaded_by TEXT;
CREATE INDEX photos_by_owner ON photos (owner, seq) WHERE owner IS NOT NULL;
CREATE INDEX private_photos ON photos (seq) WHERE visibility = 'private';

CREATE TABLE api_keys (
  id           TEXT NOT NULL PRIMARY KEY,
  hash         TEXT NOT NULL,
  name         TEXT NOT NULL,
  scopes       TEXT NOT NULL,
  owner        TEXT,
  limits       TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  created_by   TEXT NOT NULL,
  expires_at   TEXT,
  revoked_at   TEXT,
  last_used_at TEXT
) STRICT;

CREATE TABLE upload_grants (
  id         TEXT    NOT NULL PRIMARY KEY,
  used       INTEGER NOT NULL,
  revoked    INTEGER NOT NULL DEFAULT 0,
  expires_at TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_grants_by_expiry ON upload_grants (expires_at);

CREATE TABLE usage (
  subject    TEXT    NOT NULL PRIMARY KEY,
  photos     INTEGER NOT NULL DEFAULT 0,
  bytes      INTEGER NOT NULL DEFAULT 0,
  max_photos INTEGER,
  max_bytes  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL,
  at         TEXT NOT NULL,
  request_id TEXT NOT NULL,
  actor      TEXT NOT NULL,
  action     TEXT NOT NULL,
  target     TEXT,
  owner      TEXT,
  outcome    TEXT NOT NULL,
  details    TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_age ON audit (at);
CREATE INDEX audit_by_actor ON audit (actor, seq);
CREATE INDEX audit_by_target ON audit (target, seq);
`
