/** The log of changes. `seq` is its order, `data` is JSON. */
export const createEvents = `
CREATE TABLE events (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  id       TEXT NOT NULL UNIQUE,
  type     TEXT NOT NULL,
  photo_id TEXT NOT NULL,
  owner    TEXT,
  at       TEXT NOT NULL,
  data     TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_age ON events (at);
`
