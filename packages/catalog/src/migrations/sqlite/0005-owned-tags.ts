/** Tags know their photo's owner, so that the tags of one owner are listed from an index. */
export const ownTags = `
ALTER TABLE photo_tags ADD COLUMN owner TEXT;
UPDATE photo_tags SET owner = (SELECT p.owner FROM photos AS p WHERE p.seq = photo_tags.seq)
  WHERE seq IN (SELECT seq FROM photos WHERE owner IS NOT NULL);
CREATE INDEX photo_tags_by_owner ON photo_tags (owner, tag, seq) WHERE owner IS NOT NULL;
`
