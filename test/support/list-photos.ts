import type { Tintype } from './start-tintype.ts'
import { ask, type PhotoJson } from './uploads.ts'

/** The first page of a server's photos. */
export async function listPhotos(tintype: Tintype): Promise<PhotoJson[]> {
  return JSON.parse((await ask(tintype, '/trpc/photos.list')).body.toString()).result.data.photos
}
