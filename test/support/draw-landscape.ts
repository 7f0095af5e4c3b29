import sharp from 'sharp'

/** A landscape as JPEG: sky, sun and three ranges of hills, in the colours of one hour. */
export function drawLandscape(width: number, height: number, hue: number): Promise<Buffer> {
  const hills = [0.55, 0.68, 0.82].map((level, at) => {
    const y = (x: number) => height * (level + 0.07 * Math.sin(x / (180 - at * 40) + hue + at * 2))
    const points = Array.from(
      { length: 41 },
      (_, step) => `${(step * width) / 40},${y((step * width) / 40).toFixed(1)}`,
    )
    return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="hsl(${hue + 20} 45% ${46 - at * 15}%)"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue} 75% 72%)"/><stop offset="1" stop-color="hsl(${hue + 45} 90% 86%)"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${width * (0.25 + (hue % 90) / 160)}" cy="${height * 0.32}" r="${height * 0.09}" fill="hsl(${hue + 50} 100% 95%)"/>
    ${hills.join('')}</svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer()
}

/** Names, sizes in pixels and hours of the pictures in the project's own screenshots. */
export const landscapes = [
  ['harbour at six.jpg', 1600, 1067, 200],
  ['first frost.jpg', 1067, 1600, 175],
  ['ridge.jpg', 1600, 1200, 260],
  ['long evening.jpg', 2000, 800, 12],
  ['after the rain.jpg', 1600, 1067, 95],
  ['before the storm.jpg', 1200, 1600, 230],
  ['low tide.jpg', 1600, 1067, 320],
  ['noon.jpg', 1600, 1200, 45],
  ['the lake.jpg', 1600, 1067, 185],
  ['poppies.jpg', 1200, 1200, 350],
  ['moss.jpg', 1600, 1067, 120],
  ['last light.jpg', 1067, 1600, 20],
  ['over the pass.jpg', 2000, 800, 285],
  ['the orchard.jpg', 1600, 1200, 75],
  ['early train.jpg', 1600, 1067, 215],
] as const
