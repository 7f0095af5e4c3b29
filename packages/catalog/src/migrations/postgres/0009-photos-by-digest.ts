/**
 * Finds photos by their bytes. The first 8 bytes are enough to tell photos apart, and a whole digest would more than double the
 * index. Visibility comes before the owner, so that each caller's photos are together, however many others have the same bytes.
 */
export const findByDigest = `
CREATE INDEX photos_by_digest ON tintype.photos (substring(sha256 FROM 1 FOR 8), visibility, owner);
`
