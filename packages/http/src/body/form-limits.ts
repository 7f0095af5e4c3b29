/** Limits of a form's shape. @see docs/http-api.md; RFC 2046 §5.1.1 for the boundary */
export const formLimits = {
  parts: 20,
  fields: 16,
  fieldByteSize: 64 * 1024,
  fieldNameByteSize: 100,
  headerPairs: 2000,
  /** Characters. */
  boundaryLength: 70,
} as const

/** Bytes that a form may have besides its file: every field full, and the headers and boundaries of every part. */
export const formOverheadByteSize =
  (formLimits.fields + 1) * formLimits.fieldByteSize + formLimits.parts * 16 * 1024
