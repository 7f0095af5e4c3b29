'use client'

/** Hooks of Tintype for React 18.2, React 19 and Preact 11. */

export {
  type Dropzone,
  type DropzoneInputProps,
  type DropzoneRootProps,
  type FileSource,
  type UseDropzoneOptions,
  useDropzone,
} from './dropzone/use-dropzone.ts'
export type { LiveOptions } from './live/use-live.ts'
export type { OnePhotoState, OnePhotoStatus } from './photos/one-photo.ts'
export type { PhotoPatch, Removal, RemovalOptions } from './photos/photo-changes.ts'
export type { PhotoListState, PhotoListStatus } from './photos/photo-list.ts'
export { type OnePhoto, type UsePhotoOptions, usePhoto } from './photos/use-photo.ts'
export { type Photos, type UsePhotosOptions, usePhotos } from './photos/use-photos.ts'
export { TintypeProvider, type TintypeProviderProps } from './provider/tintype-provider.tsx'
export { type Uploads, type UseUploadsOptions, useUploads } from './uploads/use-uploads.ts'
