import { openCaller, type Photo, TintypeError } from '@tintype/contract'
import type { ApiContext } from '../context.ts'

/** A photo that the use-cases of `openContext` know. */
export const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
/** A photo that they do not know. */
export const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a5'
/** A photo that cannot be read or changed because the disk is full. */
export const fullDiskId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a6'

/** Use-cases that record their inputs in `asked`. */
export function openContext() {
  const asked: unknown[] = []
  const find = async (wanted: string) => {
    asked.push(wanted)
    if (wanted === fullDiskId) throw new TintypeError('STORAGE_FULL', 'The disk is full')
    if (wanted !== id) throw new TintypeError('PHOTO_NOT_FOUND', 'There is no such photo')
    return { id: wanted } as Photo
  }
  const photos: Partial<ApiContext['photos']> = {
    getPhoto: find,
    updatePhoto: find,
    deletePhoto: async (wanted) => void (await find(wanted)),
    listPhotos: async (query) => {
      asked.push(query)
      return { photos: [], nextCursor: null, previousCursor: null }
    },
  }
  const context: ApiContext = {
    photos: photos as ApiContext['photos'],
    caller: openCaller,
    version: '1.2.3',
    requestId: 'r',
  }
  return { context, asked }
}
