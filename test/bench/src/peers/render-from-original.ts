import sharp from 'sharp'

sharp.cache(false)
sharp.concurrency(1) // one thread an image, and several images at once, is what sharp does best

/** Renders `w640.avif` and the like from a file, in the qualities that Tintype has. */
export function renderFromOriginal(file: string, name: string): Promise<Buffer> {
  const [, width, format] = /^w(\d+)\.(webp|avif)$/.exec(name) ?? []
  const image = sharp(file)
    .autoOrient()
    .resize({ width: Number(width), withoutEnlargement: true })
  if (format === 'webp') return image.webp({ quality: 78, effort: 2 }).toBuffer()
  return image.avif({ quality: 55, effort: 0, chromaSubsampling: '4:2:0', bitdepth: 8 }).toBuffer()
}
