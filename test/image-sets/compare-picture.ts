import { meanDifference } from '@tintype/imaging/testing'
import type { Page } from 'playwright-core'
import type { Tintype } from '../support/start-tintype.ts'
import { ask, type PhotoJson, type ProblemJson, postBytes } from '../support/uploads.ts'
import { readInBrowser } from './read-in-browser.ts'

/** What came of one picture. */
export interface PictureOutcome {
  /** Whether Chromium shows the original. */
  readonly isShown: boolean
  /** Why it, or its rendition, was refused. */
  readonly code?: string
  readonly detail?: string
  /** Mean difference in colour (CIE 1976) of the rendition from what Chromium shows, if both are there. */
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
  const original = await readInBrowser(page, bytes, 32)
  const isShown = original !== undefined
  const upload = await postBytes(tintype, bytes, { headers: { 'Content-Type': 'application/octet-stream' } })
  if (upload.status !== 201) return { isShown, ...refusal(upload.body) }
  const photo = JSON.parse(upload.body.toString()) as PhotoJson
  const rendition = await ask(tintype, `/media/${photo.id}/w1280.png`)
  if (rendition.status !== 200) return { isShown, ...refusal(rendition.body) }
  const rendered = await readInBrowser(page, rendition.body, 32)
  if (!original || !rendered) return { isShown }
  const hasSize = photo.width === original.width && photo.height === original.height
  return {
    isShown,
    difference:
      original.cells.length === rendered.cells.length
        ? meanDifference(original.cells, rendered.cells)
        : Number.POSITIVE_INFINITY,
    ...(hasSize
      ? {}
      : { sizes: `${photo.width} × ${photo.height}, not ${original.width} × ${original.height}` }),
  }
}

function refusal(body: Buffer): { readonly code: string; readonly detail: string } {
  const { code, detail } = JSON.parse(body.toString()) as ProblemJson
  return { code, detail }
}
