/**
 * Which library the catalog belongs to, and what a move has noted.
 *
 * `runner` names the run of `migrate` that is in charge. `switch_wanted` is set by a server that waits for the end of a move.
 * `move_changes` has the keys, as JSON, of rows that were changed since the copy began; its triggers exist only during a move.
 */
export const createLibrary = `
CREATE TABLE library (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  id            TEXT    NOT NULL,
  store_id      TEXT,
  state         TEXT    NOT NULL CHECK (state IN ('live', 'fenced', 'moved', 'arriving')),
  peer          TEXT,
  runner        TEXT,
  switch_wanted INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO library (one, id, state) VALUES (1, lower(hex(randomblob(16))), 'live');

CREATE TABLE move_changes (
  nth        INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  key        TEXT NOT NULL
) STRICT;
`
