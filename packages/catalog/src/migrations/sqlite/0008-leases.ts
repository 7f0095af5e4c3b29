/** Rights to do something alone. `until_ms` is Unix time. */
export const createLeases = `
CREATE TABLE leases (
  name     TEXT    NOT NULL PRIMARY KEY,
  holder   TEXT    NOT NULL,
  epoch    INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  state    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
`
