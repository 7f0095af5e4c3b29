import { meanDifference } from '@tintype/imaging/testing'
import type { Page } from 'playwright-core'
import type { Tintype } from '../support/start-tintype.ts'
import { ask, type PhotoJson, type ProblemJson, postBytes } from '../support/uploads.ts'
import { readInBrowser } from './read-in-browser.ts'

const grid = { columns: 32, rows: 32 }

/** What came of one picture. */
export interface PictureOutcome {
  /** Whether Chromium shows the original. */
  readonly isShown: boolean
  /** Why it, or its rendition, was refused. */
  readonly code?: string
  readonly detail?: string
  /**
   * Mean difference in colour (CIE 1976) of the rendition from what Chromium shows, if both are there. Of an animation Chromium
   * shows any frame.
   */
  readonly difference?: number
  /** The sizes, if they differ from what Chromium shows. */
  readonly sizes?: string
}

/** Uploads a picture, and compares a rendition of it as PNG with the original, both shown in a page. */
export async function comparePicture({
  tintype,
  page,
  bytes,
}: {
  readonly tintype: Tintype
  readonly page: Page
  readonly bytes: Uint8Array
}): Promise<PictureOutcome> {
  const upload = await postBytes(tintype, bytes, { headers: { 'Content-Type': 'application/octet-stream' } })
  const photo = upload.status === 201 ? (JSON.parse(upload.body.toString()) as PhotoJson) : undefined
  const rendition = photo && (await ask(tintype, `/media/${photo.id}/w1280.png`))
  const isRendered = rendition?.status === 200
  const rendered = isRendered ? await readInBrowser(page, rendition.body, grid) : undefined
  // A rendition of a narrow picture may have fewer rows than the grid.
  const original = await readInBrowser(page, bytes, rendered ?? grid)
  const isShown = original !== undefined
  if (!photo || !isRendered) return { isShown, ...refusal((rendition ?? upload).body) }
  if (!original || !rendered || isAnimated(bytes)) return { isShown }
  const hasSize = photo.width === original.width && photo.height === original.height
  const sizes = `${photo.width} × ${photo.height}, not ${original.width} × ${original.height}`
  return {
    isShown,
    difference: meanDifference(original.cells, rendered.cells),
    ...(hasSize ? {} : { sizes }),
  }
}

function isAnimated(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1')
  if (text.startsWith('GIF')) return text.split('\x21\xf9\x04').length > 2
  return /^(?:\x89PNG.*acTL|RIFF.{4}WEBP.*ANIM)/s.test(text)
}

function refusal(body: Buffer): { readonly code: string; readonly detail: string } {
  const { code, detail } = JSON.parse(body.toString()) as ProblemJson
  return { code, detail }
}
