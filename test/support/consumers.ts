/** Programs of applications that use each entry of both packages but `/router`, whose types are tRPC's. They need no types of Node. */
export const consumers = {
  'consumer.tsx': `
import { createTintypeClient, isTintypeError, type Photo, type TintypeErrorCode } from '@tintype/client'
import { createUploadQueue } from '@tintype/client/queue'
import { matchesSearch } from '@tintype/client/search'
import { createTintypeServer } from '@tintype/client/server'
import { shrink } from '@tintype/client/shrink'
import { describeFailure } from '@tintype/client/words'
import { TintypeProvider, usePhotos } from '@tintype/react'
import { createNextLoader } from '@tintype/react/next'
import { Photo as Picture } from '@tintype/react/photo'

const tintype = createTintypeClient({ url: '/api' })
const queue = createUploadQueue(tintype, { prepare: shrink({ maxSide: 1920 }) })
const server = createTintypeServer({ url: 'https://photos.example.com', key: 'key' })
export const loader = createNextLoader(tintype)
export const finds = (photo: Photo): boolean => matchesSearch(photo, 'cat')
export const fractions = (): readonly number[] => queue.getSnapshot().items.map((item) => item.fraction)
export const say = (): readonly string[] => queue.getSnapshot().items.map(({ error }) => describeFailure(error))
export const mint = async (): Promise<string> => (await server.tokens.createUpload.mutate({ uses: 1 })).token

export async function upload(file: File): Promise<Photo | TintypeErrorCode | number> {
  try {
    return await tintype.upload(file, { title: file.name, onProgress: ({ phase }) => phase === 'sending' })
  } catch (error) {
    if (!isTintypeError(error)) throw error
    switch (error.code) {
      case 'PAYLOAD_TOO_LARGE': {
        const most: number | undefined = error.facts.limit
        // @ts-expect-error another code's fact
        error.facts.path
        return most ?? error.code
      }
      default:
        return error.code
    }
  }
}

function Photos() {
  const { photos, hasMore } = usePhotos({ limit: 20 })
  // @ts-expect-error a limit is a number
  tintype.photos.list.query({ limit: '1' })
  return <ul data-more={hasMore}>{photos.map((one) => <Picture key={one.id} photo={one} alt="" sizes="160px" />)}</ul>
}
export const page = <TintypeProvider client={tintype}><Photos /></TintypeProvider>
`,
  'consumer.cts': `
import { createTintypeClient, type Photo } from '@tintype/client'
import { createUploadQueue } from '@tintype/client/queue'
import { signFor } from '@tintype/client/server'
import { usePhotos } from '@tintype/react'
import { Photo as Picture } from '@tintype/react/photo'

const tintype = createTintypeClient({ url: '/api' })
export const queue = createUploadQueue(tintype)
export const edge: string = signFor.nginx('/media/x.jpg', { secret: 'secret' })
export const upload = (file: Blob): Promise<Photo> => tintype.upload(file)
export { Picture, usePhotos }
`,
} as const
