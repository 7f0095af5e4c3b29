/** `<Photo>` and its placeholder, without hooks: for server components, and for pages that only show photos. */

export { Photo, type PhotoProps } from './photo/photo.tsx'
export { placeholderUrl } from './photo/placeholder-url.ts'
