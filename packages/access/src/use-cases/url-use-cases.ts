import {
  defaultRenditionFormat,
  mediaReferenceOf,
  originalPath,
  type Photo,
  type PhotoId,
  type PhotoScope,
  renditionPath,
  type SignatureCover,
  type SignedUrl,
} from '@tintype/contract'
import { signMediaUrl } from '../signing/signed-url.ts'
import type { Signer } from '../signing/signing-secrets.ts'
import type { Requester } from './audit-access.ts'

/** Which URLs are to be signed: those of one photo, or each path. */
export interface UrlChoice {
  readonly photoId?: PhotoId | undefined
  /** Below the base path, such as `/media/{id}/thumb.webp`. */
  readonly paths?: readonly string[] | undefined
  /** @default `photo` for a photo, `path` for paths */
  readonly covers?: SignatureCover | undefined
  /** `never` is for public photos only. @default one hour */
  readonly expiresInSeconds?: number | 'never' | undefined
  /** Whether browsers save the image instead of showing it. */
  readonly download?: boolean | undefined
}

/** What signing works with. */
export interface UrlDependencies {
  readonly signer: Signer
  /** The longest life that can be signed, in seconds. */
  readonly maxLifeSeconds: number
  /** A photo that a caller can see. @throws PHOTO_NOT_FOUND */
  readonly findPhoto: (id: PhotoId, scope: PhotoScope) => Promise<Pick<Photo, 'id' | 'format' | 'visibility'>>
  /** What every URL starts with: the public origin, the base path, both or nothing. */
  readonly baseUrl?: string | undefined
  /** Unix time, milliseconds. */
  readonly now: () => number
}

const defaultLifeSeconds = 3600

/** Everything that is done with signed URLs. */
export type UrlUseCases = ReturnType<typeof createUrlUseCases>

/** Creates the use-cases of signed URLs. */
export function createUrlUseCases(deps: UrlDependencies) {
  const { signer, maxLifeSeconds, findPhoto, baseUrl = '', now } = deps

  return {
    /**
     * Signs media URLs, in the order of the paths. For a photo it is one URL: of its original, or of its thumbnail if only
     * renditions are covered.
     *
     * @throws PHOTO_NOT_FOUND if the caller cannot see one of the photos; then nothing is signed
     * @throws INVALID_REQUEST for a path that cannot be signed, or a life that is too long
     */
    async sign(choice: UrlChoice, { caller }: Requester): Promise<readonly SignedUrl[]> {
      const { photoId, covers = photoId === undefined ? 'path' : 'photo' } = choice
      const photos = new Map<PhotoId, ReturnType<typeof findPhoto>>()
      const find = (id: PhotoId) => {
        const found = photos.get(id) ?? findPhoto(id, caller.scope)
        photos.set(id, found)
        return found
      }
      const paths = photoId === undefined ? (choice.paths ?? []) : [pathOf(await find(photoId), covers)]
      const options = { signer, maxLifeSeconds, nowMs: now() }
      const { expiresInSeconds = Math.min(defaultLifeSeconds, maxLifeSeconds), download } = choice
      return Promise.all(
        paths.map(async (path) => {
          const reference = mediaReferenceOf(path)
          const photo = reference && (await find(reference.id))
          const isPublic = photo?.visibility === 'public'
          const pathChoice = { path, covers, isDownload: download, expiresInSeconds }
          const query = signMediaUrl(pathChoice, { ...options, isPublic })
          return { url: `${baseUrl}${path}?${query}`, query, expiresAt: endOf(query) }
        }),
      )
    },
  }
}

function pathOf({ id, format }: Pick<Photo, 'id' | 'format'>, covers: SignatureCover): string {
  return covers === 'renditions'
    ? renditionPath(id, 'thumb', defaultRenditionFormat)
    : originalPath(id, format)
}

/** When a signed query ends, ISO 8601; `null` if it has no end. */
function endOf(query: string): string | null {
  const seconds = Number(new URLSearchParams(query).get('e'))
  return seconds === 0 ? null : new Date(seconds * 1000).toISOString()
}
