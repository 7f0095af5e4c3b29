import { loadSharp } from '../pixels/load-sharp.ts'
import { makeImage } from './make-image.ts'

/** Texts that `makeGpsJpeg` hides in metadata; no rendition may contain one (B151). */
export const canaries = ['CANARY-OWNER', 'CANARY-CAMERA', 'CANARY-SERIAL', 'CANARY-XMP-CITY'] as const

/** Makes a 160 × 120 JPEG with position, owner, camera, serial number and an XMP city, taken 2024-05-06 07:08:09 +02:00. */
export async function makeGpsJpeg(): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const [owner, camera, serial, city] = canaries
  const bytes = await sharp(await makeImage({ width: 160, height: 120, format: 'png' }))
    .withExif({
      IFD0: { Artist: owner, Model: camera },
      IFD2: {
        DateTimeOriginal: '2024:05:06 07:08:09',
        OffsetTimeOriginal: '+02:00',
        BodySerialNumber: serial,
      },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '48/1 51/1 3000/100',
        GPSLongitudeRef: 'E',
        GPSLongitude: '2/1 17/1 4000/100',
      },
    })
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="${city}"/></rdf:RDF></x:xmpmeta>`,
    )
    .jpeg({ quality: 85 })
    .toBuffer()
  return new Uint8Array(bytes)
}
