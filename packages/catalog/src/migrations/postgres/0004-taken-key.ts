/**
 * The time that a list can be sorted by, which `takenKeyOf` also computes, and indexes that have photos in that order. Those with
 * a condition hold only what needs them. A tag that an older server writes has an empty time, and sorts last.
 */
export const sortByTaken = `
CREATE FUNCTION tintype.taken_key(taken_at text, created_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT substr(coalesce(taken_at, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')), 1, 19)
$$;
CREATE INDEX photos_by_taken ON tintype.photos (tintype.taken_key(taken_at, created_at), seq);
CREATE INDEX photos_by_owner_and_taken ON tintype.photos (owner, tintype.taken_key(taken_at, created_at), seq)
  WHERE owner IS NOT NULL;
CREATE INDEX private_photos_by_taken ON tintype.photos (tintype.taken_key(taken_at, created_at), seq)
  WHERE visibility = 'private';

ALTER TABLE tintype.photo_tags ADD COLUMN taken_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE tintype.photo_tags AS t SET taken_key = tintype.taken_key(p.taken_at, p.created_at)
  FROM tintype.photos AS p WHERE p.seq = t.seq;
CREATE INDEX photo_tags_by_taken ON tintype.photo_tags (tag, taken_key, seq);
CREATE INDEX photo_tags_by_owner_and_taken ON tintype.photo_tags (owner, tag, taken_key, seq) WHERE owner IS NOT NULL;
`
