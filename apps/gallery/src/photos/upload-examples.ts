import { tintype } from '../tintype.ts'

/** A program that uploads a photo to this server, or shows its photos. */
export interface UploadExample {
  readonly name: string
  readonly write: (isClosed: boolean) => string
}

const client = (isClosed: boolean) =>
  `const tintype = createTintypeClient({ url: '${tintype.url}'${isClosed ? ', token: key' : ''} })`

/** One for each of the usual ways. */
export const uploadExamples: readonly UploadExample[] = [
  {
    name: 'curl',
    write: (isClosed) =>
      `curl -F file=@photo.jpg${isClosed ? ' -H "Authorization: Bearer $KEY"' : ''} ${tintype.url}/photos`,
  },
  {
    name: 'SDK',
    write: (isClosed) => `import { createTintypeClient } from '@tintype/client'

${client(isClosed)}
const photo = await tintype.upload(file)
image.srcset = tintype.srcset(photo)`,
  },
  {
    name: 'React',
    write: (isClosed) => `import { createTintypeClient } from '@tintype/client'
import { usePhotos } from '@tintype/react'
import { Photo } from '@tintype/react/photo'

${client(isClosed)}

function Photos() {
  const { photos } = usePhotos({ client: tintype })
  return photos.map((photo) => <Photo key={photo.id} photo={photo} sizes="20rem" />)
}`,
  },
]
