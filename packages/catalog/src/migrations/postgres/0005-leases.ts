/** Rights to do something alone. A row is written every few seconds, and few rows are never deleted: each has a page's room. */
export const createLeases = `
CREATE TABLE tintype.leases (
  name   text        COLLATE "C" NOT NULL PRIMARY KEY,
  holder text        NOT NULL,
  epoch  bigint      NOT NULL,
  until  timestamptz NOT NULL,
  state  text        NOT NULL
) WITH (fillfactor = 20);
`
