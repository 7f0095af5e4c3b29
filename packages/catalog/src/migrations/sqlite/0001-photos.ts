/**
 * Photos, their tags, renditions and idempotency keys.
 *
 * `seq` is the order of insertion. It is AUTOINCREMENT, because a number that is used twice would move cursors.
 * `search_text` and its trigram index hold folded text, and the index compares exactly: SQLite's own folding and
 * JavaScript's differ outside ASCII. `probe` is rewritten to check whether a row could be inserted. It is as large as one
 * insertion, because a full disk often still has room for a single page.
 */
export const createPhotos = `
CREATE TABLE photos (
  seq              INTEGER PRIMARY KEY AUTOINCREMENT,
  id               TEXT    NOT NULL UNIQUE,
  format           TEXT    NOT NULL,
  byte_size        INTEGER NOT NULL,
  sha256           TEXT    NOT NULL,
  width            INTEGER NOT NULL,
  height           INTEGER NOT NULL,
  thumbnail_width  INTEGER NOT NULL,
  thumbnail_height INTEGER NOT NULL,
  placeholder      TEXT    NOT NULL,
  filename         TEXT    NOT NULL,
  title            TEXT,
  alt              TEXT,
  tags             TEXT    NOT NULL,
  created_at       TEXT    NOT NULL,
  taken_at         TEXT,
  search_text      TEXT    NOT NULL
) STRICT;

CREATE TABLE photo_tags (
  tag TEXT    NOT NULL,
  seq INTEGER NOT NULL REFERENCES photos (seq) ON DELETE CASCADE,
  PRIMARY KEY (tag, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_tags_by_photo ON photo_tags (seq);

CREATE TABLE renditions (
  seq       INTEGER NOT NULL REFERENCES photos (seq) ON DELETE CASCADE,
  name      TEXT    NOT NULL,
  format    TEXT    NOT NULL,
  width     INTEGER NOT NULL,
  height    INTEGER NOT NULL,
  byte_size INTEGER NOT NULL,
  sha256    TEXT    NOT NULL,
  PRIMARY KEY (seq, name, format)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  key        TEXT    NOT NULL PRIMARY KEY,
  seq        INTEGER NOT NULL REFERENCES photos (seq) ON DELETE CASCADE,
  created_at TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_photo ON idempotency_keys (seq);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE VIRTUAL TABLE photo_search USING fts5(
  search_text, content = 'photos', content_rowid = 'seq', columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER photo_search_insert AFTER INSERT ON photos BEGIN
  INSERT INTO photo_search (rowid, search_text) VALUES (new.seq, new.search_text);
END;
CREATE TRIGGER photo_search_delete AFTER DELETE ON photos BEGIN
  INSERT INTO photo_search (photo_search, rowid, search_text) VALUES ('delete', old.seq, old.search_text);
END;
CREATE TRIGGER photo_search_update AFTER UPDATE OF search_text ON photos WHEN old.search_text <> new.search_text BEGIN
  INSERT INTO photo_search (photo_search, rowid, search_text) VALUES ('delete', old.seq, old.search_text);
  INSERT INTO photo_search (rowid, search_text) VALUES (new.seq, new.search_text);
END;

CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), ballast BLOB NOT NULL) STRICT;
INSERT INTO probe (id, ballast) VALUES (1, randomblob(65536));
`
