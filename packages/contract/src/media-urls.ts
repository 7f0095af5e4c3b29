import {
  fileTypes,
  type PhotoFormat,
  type PhotoId,
  photoFormats,
  type RenditionFormat,
  renditionFormats,
} from './photo.ts'

/** Path of an original, below the server's base path. */
export function originalPath(id: PhotoId, format: PhotoFormat): string {
  return `/media/${id}.${fileTypes[format].extension}`
}

/** Path of a rendition, below the server's base path; `name` comes from `nameRendition`. */
export function renditionPath(id: PhotoId, name: string, format: RenditionFormat): string {
  return `/media/${id}/${name}.${format}`
}

/** The original or rendition that a path below `/media` names. */
export type MediaReference =
  | { readonly kind: 'original'; readonly id: PhotoId; readonly format: PhotoFormat }
  | {
      readonly kind: 'rendition'
      readonly id: PhotoId
      readonly name: string
      readonly format: RenditionFormat
    }

const uuidV7 = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
const photoIdPattern = /* @__PURE__ */ new RegExp(`^${uuidV7}$`)
const mediaPattern = /* @__PURE__ */ new RegExp(
  `^/(?<id>${uuidV7})(?:/(?<name>[a-z0-9-]{1,40}))?\\.(?<extension>[a-z]{3,4})$`,
)

/** Whether `value` can be a photo's id: a UUIDv7 in lower case, nothing else (threats B177–B179). */
export function isPhotoId(value: unknown): value is PhotoId {
  return typeof value === 'string' && photoIdPattern.test(value)
}

/**
 * Reads the part of a URL path that follows `/media`, as it arrived. Nothing is decoded, because the names that Tintype gives
 * have neither escapes nor dot segments. `undefined` if the path names no media.
 */
export function parseMediaPath(path: string): MediaReference | undefined {
  const groups = mediaPattern.exec(path)?.groups
  if (!groups) return undefined
  const id = groups.id as PhotoId
  if (groups.name !== undefined) {
    const format = renditionFormats.find((one) => one === groups.extension)
    return format && { kind: 'rendition', id, name: groups.name, format }
  }
  const format = photoFormats.find((one) => fileTypes[one].extension === groups.extension)
  return format && { kind: 'original', id, format }
}
