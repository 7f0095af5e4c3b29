/** What a subject may have: the limit stored for it, or else the given one. */
const limitOf = (unit: 'photos' | 'bytes') =>
  `coalesce(u.max_${unit}, (SELECT g.max_${unit} FROM given AS g WHERE g.subject = u.subject))`

/**
 * Inserts a photo with everything that belongs to it, in one statement: the locks that racing uploads wait for are held for
 * the shortest time, and no round trip is lost. Returns what it did; `refuse` takes back the whole statement.
 *
 * Every part that another upload may wait for comes in the same order in all of them, so that two never wait for each other:
 * grant, id, key, then usage by subject. A condition of ON CONFLICT sees the newest committed row, so that counts are exact
 * under races. A subject without a row is checked against the given limits alone.
 */
export const insertSql = `
WITH held AS (
  SELECT 1 FROM tintype.idempotency_keys WHERE owner = :keyOwner::text AND key = :key::text
), given AS (
  SELECT * FROM unnest(:subjects::text[], :maxPhotos::bigint[], :maxBytes::bigint[]) AS g (subject, max_photos, max_bytes)
), granted AS (
  INSERT INTO tintype.upload_grants AS g (id, used, expires_at)
  SELECT :grantId::text, 1, :grantExpiresAt::text WHERE :grantId::text IS NOT NULL AND NOT EXISTS (SELECT FROM held)
  ON CONFLICT (id) DO UPDATE SET used = g.used + 1 WHERE NOT g.revoked AND g.used < :grantUses::integer
  RETURNING 1
), photo AS (
  INSERT INTO tintype.photos (id, format, byte_size, sha256, width, height, thumbnail_width, thumbnail_height, placeholder,
    filename, title, alt, tags, created_at, taken_at, owner, visibility, metadata, uploaded_by, search_text)
  SELECT :id::uuid, :format::text, :byteSize::bigint, :sha256::bytea, :width::integer, :height::integer,
    :thumbnailWidth::integer, :thumbnailHeight::integer, :placeholder::text, :filename::text, :title::text, :alt::text,
    :tags::text[], :createdAt::timestamptz, :takenAt::text, :owner::text, :visibility::text, :metadata::text,
    :uploadedBy::text, :searchText::text
  WHERE NOT EXISTS (SELECT FROM held) AND (:grantId::text IS NULL OR EXISTS (SELECT FROM granted))
  ON CONFLICT (id) DO NOTHING RETURNING seq
), keyed AS (
  INSERT INTO tintype.idempotency_keys (owner, key, seq, created_at)
  SELECT :keyOwner::text, :key::text, seq, :createdAt::timestamptz FROM photo WHERE :key::text IS NOT NULL
  RETURNING 1
), tagged AS (
  INSERT INTO tintype.photo_tags (tag, owner, seq, taken_key)
  SELECT DISTINCT tag, :owner::text, seq, tintype.taken_key(:takenAt::text, :createdAt::timestamptz) FROM photo, unnest(:tags::text[]) AS tag
), rendered AS (
  INSERT INTO tintype.renditions (seq, name, format, width, height, byte_size, sha256)
  SELECT seq, :renditionName::text, :renditionFormat::text, :renditionWidth::integer, :renditionHeight::integer,
    :renditionByteSize::bigint, :renditionSha256::bytea
  FROM photo WHERE :renditionName::text IS NOT NULL
), logged AS (
  INSERT INTO tintype.events (id, type, photo_id, owner, at, data)
  SELECT :eventId::text, :eventType::text, :id::uuid, :owner::text, :eventAt::text, :eventData::text FROM photo
), counted AS (
  INSERT INTO tintype.usage AS u (subject, photos, bytes)
  SELECT g.subject, 1, :byteSize::bigint FROM photo, given AS g
  WHERE EXISTS (SELECT FROM tintype.usage AS s WHERE s.subject = g.subject)
    OR (coalesce(g.max_photos, 1) >= 1 AND coalesce(g.max_bytes, :byteSize::bigint) >= :byteSize::bigint)
  ORDER BY g.subject COLLATE "C"
  ON CONFLICT (subject) DO UPDATE SET photos = u.photos + 1, bytes = u.bytes + excluded.bytes
  WHERE coalesce(u.photos + 1 <= ${limitOf('photos')}, TRUE) AND coalesce(u.bytes + excluded.bytes <= ${limitOf('bytes')}, TRUE)
  RETURNING 1
)
SELECT CASE
  WHEN EXISTS (SELECT FROM held) THEN 'key-held'
  WHEN :grantId::text IS NOT NULL AND NOT EXISTS (SELECT FROM granted) THEN 'grant-used-up'
  WHEN NOT EXISTS (SELECT FROM photo) THEN tintype.refuse('id-taken')
  WHEN :key::text IS NOT NULL AND NOT EXISTS (SELECT FROM keyed) THEN tintype.refuse('id-taken')
  WHEN (SELECT count(*) FROM counted) < cardinality(:subjects::text[]) THEN tintype.refuse('quota-exceeded')
  ELSE 'inserted'
END AS outcome`
