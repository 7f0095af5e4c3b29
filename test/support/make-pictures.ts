import { makeImage } from '@tintype/imaging/testing'

/** Files for a file chooser: PNGs named `picture 1.png` and so on, each of another width. */
export function makePictures(count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => ({
      name: `picture ${at + 1}.png`,
      mimeType: 'image/png',
      buffer: Buffer.from(await makeImage({ width: 60 + at, height: 40, format: 'png' })),
    })),
  )
}
