import { makeImage } from '@tintype/imaging/testing'
import type { Tintype } from './start-tintype.ts'
import { expectPhoto, type PhotoJson, postBytes, settled } from './uploads.ts'

/** Uploads so many small photos, no two alike; resolves when each has its thumbnail. */
export async function uploadSome(tintype: Tintype, count: number): Promise<PhotoJson[]> {
  const photos: PhotoJson[] = []
  for (let nth = 0; nth < count; nth += 1) {
    const image = await makeImage({ width: 64 + nth, height: 48, format: 'jpeg' })
    photos.push(expectPhoto(await postBytes(tintype, image)))
  }
  await settled(tintype)
  return photos
}
