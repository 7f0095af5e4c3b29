import type { Photo } from '@tintype/client'
import { formatOfLink, linkOf, linkWidth } from '../photos/link-of.ts'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { describePhoto } from './slide-of.ts'

/** A text about a photo that can be copied. */
export interface CopyChoice {
  readonly label: string
  readonly value: string
}

/**
 * The texts with a link to a photo. All of them lead to renditions, which have no metadata. The signature of a private photo that
 * they pass on opens renditions only.
 */
export function copyChoices(photo: Photo): readonly CopyChoice[] {
  const { filename, thumbnail } = photo
  const link = linkOf(photo)
  const description = describePhoto(photo)
  const name = filename.replace(/\.[^.]*$/, '')
  return [
    { label: text.copy.link, value: link },
    { label: text.copy.thumbnail, value: new URL(thumbnail.url, link).href },
    { label: text.copy.markdown, value: `![${escapeMarkdown(description)}](${link})` },
    { label: text.copy.html, value: pictureOf(photo, { link, description }) },
    {
      label: text.copy.curl,
      value: `curl -o ${quoteForShell(`${name}.${formatOfLink(photo)}`)} ${quoteForShell(link)}`,
    },
  ]
}

/** The call of the SDK that returns the link to a photo. It has no link in it. */
export function sdkChoice(photo: Photo): CopyChoice {
  const call = `tintype.mediaUrl(photo, { width: ${linkWidth}, format: '${formatOfLink(photo)}' })`
  return { label: text.copy.sdk, value: `${call} // ${photo.id}` }
}

/** When the signed links of a photo end; `undefined` for a public photo. */
export function endOfLinks({ thumbnail }: Pick<Photo, 'thumbnail'>): Date | undefined {
  const seconds = Number(/[?&]e=(\d+)&/.exec(thumbnail.url)?.[1] ?? 0)
  return seconds === 0 ? undefined : new Date(seconds * 1000)
}

function pictureOf(
  photo: Photo,
  { link, description }: { readonly link: string; readonly description: string },
) {
  const scale = Math.min(1, linkWidth / photo.width)
  const size = `width="${Math.round(photo.width * scale)}" height="${Math.round(photo.height * scale)}"`
  const srcset = tintype.srcset(photo, { widths: [480, 960, linkWidth] })
  return `<picture>
  <source type="image/webp" srcset="${escapeHtml(srcset)}" sizes="100vw">
  <img src="${escapeHtml(link)}" ${size} alt="${escapeHtml(description)}" loading="lazy">
</picture>`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (value: string) => value.replace(/[&<>"]/g, (one) => entities[one] ?? one)
const escapeMarkdown = (value: string) => value.replace(/\s+/g, ' ').replace(/[\\[\]<>*_`!&]/g, '\\$&')
const quoteForShell = (value: string) => `'${value.replaceAll("'", "'\\''")}'`
