/**
 * Which library the catalog belongs to, and what a move has noted.
 *
 * `runner` names the run of `migrate` that is in charge. `switch_wanted` is set by a server that waits for the end of a move.
 * `move_changes` has the keys, as JSON, of rows that were changed since the copy began; its triggers exist only during a move.
 */
export const createLibrary = `
CREATE TABLE tintype.library (
  one           integer PRIMARY KEY CHECK (one = 1),
  id            text    NOT NULL,
  store_id      text,
  state         text    NOT NULL CHECK (state IN ('live', 'fenced', 'moved', 'arriving')),
  peer          text,
  runner        text,
  switch_wanted boolean NOT NULL DEFAULT FALSE
);
INSERT INTO tintype.library (one, id, state) VALUES (1, replace(gen_random_uuid()::text, '-', ''), 'live');

CREATE TABLE tintype.move_changes (
  nth        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name text NOT NULL,
  key        text NOT NULL
);
`
