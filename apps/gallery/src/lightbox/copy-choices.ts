import type { Photo } from '@tintype/client'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'

/** A text about a photo that can be copied. */
export interface CopyChoice {
  readonly label: string
  readonly value: string
}

const width = 1920

/** The texts that name a photo for other programs. All of them lead to renditions, which have no metadata. */
export function copyChoices(photo: Photo): readonly CopyChoice[] {
  const { alt, title, filename, thumbnail } = photo
  const format = mayBeTransparent(photo) ? 'webp' : 'jpg'
  const link = tintype.mediaUrl(photo, { width, format })
  const description = alt ?? title ?? ''
  const name = filename.replace(/\.[^.]*$/, '')
  return [
    { label: text.copy.link, value: link },
    { label: text.copy.thumbnail, value: new URL(thumbnail.url, link).href },
    { label: text.copy.markdown, value: `![${escapeMarkdown(description)}](${link})` },
    { label: text.copy.html, value: pictureOf(photo, { link, description }) },
    { label: text.copy.curl, value: `curl -o ${quoteForShell(`${name}.${format}`)} ${quoteForShell(link)}` },
    {
      label: text.copy.sdk,
      value: `tintype.mediaUrl(photo, { width: ${width}, format: '${format}' }) // ${photo.id}`,
    },
  ]
}

/** When the signed links of a photo end; `undefined` for a public photo. */
export function endOfLinks({ thumbnail }: Pick<Photo, 'thumbnail'>): Date | undefined {
  const seconds = Number(/[?&]e=(\d+)&/.exec(thumbnail.url)?.[1] ?? 0)
  return seconds === 0 ? undefined : new Date(seconds * 1000)
}

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
