/**
 * The time that a list can be sorted by, which `takenKeyOf` also computes, and indexes that have photos in that order. Those with
 * a condition hold only what needs them.
 */
export const sortByTaken = `
ALTER TABLE photos ADD COLUMN taken_key TEXT GENERATED ALWAYS AS (substr(coalesce(taken_at, created_at), 1, 19)) VIRTUAL;
CREATE INDEX photos_by_taken ON photos (taken_key, seq);
CREATE INDEX photos_by_owner_and_taken ON photos (owner, taken_key, seq) WHERE owner IS NOT NULL;
CREATE INDEX private_photos_by_taken ON photos (taken_key, seq) WHERE visibility = 'private';

ALTER TABLE photo_tags ADD COLUMN taken_key TEXT NOT NULL DEFAULT '';
UPDATE photo_tags SET taken_key = (SELECT p.taken_key FROM photos AS p WHERE p.seq = photo_tags.seq);
CREATE INDEX photo_tags_by_taken ON photo_tags (tag, taken_key, seq);
CREATE INDEX photo_tags_by_owner_and_taken ON photo_tags (owner, tag, taken_key, seq) WHERE owner IS NOT NULL;
`
