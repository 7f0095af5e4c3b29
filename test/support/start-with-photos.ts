import { makeImage } from '@tintype/imaging/testing'
import { startTintype, type Tintype } from './start-tintype.ts'
import { uploadPhoto } from './upload.ts'

/** Starts a server with five photos of 600 px height, `photo 1.jpg` the newest, each a pixel wider than the one before. */
export async function startWithPhotos(): Promise<Tintype> {
  const tintype = await startTintype()
  for (const at of [5, 4, 3, 2, 1]) {
    const picture = await makeImage({ width: 900 + at, height: 600, format: 'jpeg' })
    await uploadPhoto(tintype.url, picture, { filename: `photo ${at}.jpg` })
  }
  return tintype
}
