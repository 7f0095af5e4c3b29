/**
 * Finds photos by their bytes. The first 16 digits are enough to tell photos apart, and a whole digest would more than double the
 * index. Visibility comes before the owner, so that each caller's photos are together, however many others have the same bytes.
 */
export const findByDigest = `
CREATE INDEX photos_by_digest ON photos (substr(sha256, 1, 16), visibility, owner);
`
