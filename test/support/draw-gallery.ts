/** Draws docs/screenshots: starts Tintype, uploads a few generated pictures, and makes screenshots of the page. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { drawLandscape, landscapes } from './draw-landscape.ts'
import { endAnimations } from './end-animations.ts'
import { adminKey, heights, type Scene, scenes } from './gallery-scenes.ts'
import { openBrowser } from './open-browser.ts'
import { repository, startTintype, type Tintype } from './start-tintype.ts'

const directory = join(repository, 'docs/screenshots')
const closed = { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey }

const pictures = await Promise.all(
  landscapes.map(async ([name, width, height, hue]) => ({
    name,
    body: new Uint8Array(await drawLandscape(width, height, hue)),
  })),
)

async function uploadLandscapes({ url }: Tintype, access = {}): Promise<void> {
  for (const { name, body } of pictures) {
    const query = new URLSearchParams({ filename: name, tags: 'landscape' })
    const headers = { ...access, 'content-type': 'image/jpeg' }
    const answer = await fetch(`${url}/photos?${query}`, { method: 'POST', body, headers })
    if (!answer.ok) throw new Error(await answer.text())
  }
}

await using full = await startTintype()
await using empty = await startTintype()
await using locked = await startTintype({ env: closed })
// so often that even the widest window is full
for (let round = 0; round < 8; round++) await uploadLandscapes(full)
await uploadLandscapes(locked, { authorization: `Bearer ${adminKey}` })
const servers: Record<Scene['server'], Tintype> = { full, empty, closed: locked }

await rm(directory, { recursive: true, force: true })
await mkdir(directory, { recursive: true })
const browser = await openBrowser()
try {
  for (const { name, server, widths = [320, 1280], show } of scenes)
    for (const width of widths)
      for (const colorScheme of ['light', 'dark'] as const) {
        const viewport = { width, height: heights[width] ?? width }
        const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' })
        await page.goto(servers[server].url)
        await show(page)
        await endAnimations(page)
        const path = join(directory, `${name}-${width}-${colorScheme}.webp`)
        await sharp(await page.screenshot())
          .webp({ quality: 80, effort: 6 })
          .toFile(path)
        await page.close()
      }
} finally {
  await browser.close()
}
