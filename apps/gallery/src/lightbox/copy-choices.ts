import type { Photo } from '@tintype/client'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { describePhoto } from './slide-of.ts'

/** A text about a photo that can be copied. */
export interface CopyChoice {
  readonly label: string
  readonly value: string
}

const width = 1920

/**
 * The texts with a link to a photo. All of them lead to renditions, which have no metadata.
 *
 * @param photo has links that open renditions only, because a text passes their signature on
 */
export function copyChoices(photo: Photo): readonly CopyChoice[] {
  const { filename, thumbnail } = photo
  const format = formatOf(photo)
  const link = tintype.mediaUrl(photo, { width, format })
  const description = describePhoto(photo)
  const name = filename.replace(/\.[^.]*$/, '')
  return [
    { label: text.copy.link, value: link },
    { label: text.copy.thumbnail, value: new URL(thumbnail.url, link).href },
    { label: text.copy.markdown, value: `![${escapeMarkdown(description)}](${link})` },
    { label: text.copy.html, value: pictureOf(photo, { link, description }) },
    { label: text.copy.curl, value: `curl -o ${quoteForShell(`${name}.${format}`)} ${quoteForShell(link)}` },
  ]
}

/** The call of the SDK that returns the link to a photo. It has no link in it. */
export function sdkChoice(photo: Photo): CopyChoice {
  const call = `tintype.mediaUrl(photo, { width: ${width}, format: '${formatOf(photo)}' })`
  return { label: text.copy.sdk, value: `${call} // ${photo.id}` }
}

/** When the signed links of a photo end; `undefined` for a public photo. */
export function endOfLinks({ thumbnail }: Pick<Photo, 'thumbnail'>): Date | undefined {
  const seconds = Number(/[?&]e=(\d+)&/.exec(thumbnail.url)?.[1] ?? 0)
  return seconds === 0 ? undefined : new Date(seconds * 1000)
}

const formatOf = (photo: Photo) => (mayBeTransparent(photo) ? 'webp' : 'jpg')

/** From the placeholder, which says it in the last bit of its third byte; if there is none, by the format. */
function mayBeTransparent({ placeholder, format }: Photo): boolean {
  if (format === 'jpeg') return false
  return placeholder === '' || (atob(placeholder).charCodeAt(2) & 0x80) !== 0
}

function pictureOf(
  photo: Photo,
  { link, description }: { readonly link: string; readonly description: string },
) {
  const scale = Math.min(1, width / photo.width)
  const size = `width="${Math.round(photo.width * scale)}" height="${Math.round(photo.height * scale)}"`
  const srcset = tintype.srcset(photo, { widths: [480, 960, width] })
  return `<picture>
  <source type="image/webp" srcset="${escapeHtml(srcset)}" sizes="100vw">
  <img src="${escapeHtml(link)}" ${size} alt="${escapeHtml(description)}" loading="lazy">
</picture>`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (value: string) => value.replace(/[&<>"]/g, (one) => entities[one] ?? one)
const escapeMarkdown = (value: string) => value.replace(/\s+/g, ' ').replace(/[\\[\]<>*_`!&]/g, '\\$&')
const quoteForShell = (value: string) => `'${value.replaceAll("'", "'\\''")}'`
