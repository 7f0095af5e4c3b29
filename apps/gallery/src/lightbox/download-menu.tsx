import type { Photo } from '@tintype/client'
import { Icon } from '../icon.tsx'
import { Menu } from '../menus/menu.tsx'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'

/** Saves the original, or the largest rendition of a photo. */
export function DownloadMenu({ photo }: { readonly photo: Photo }) {
  const items = [
    { label: text.download.original, href: tintype.mediaUrl(photo), saveAs: photo.filename },
    {
      label: text.download.withoutMetadata,
      href: tintype.mediaUrl(photo, { width: photo.width, format: 'jpg' }),
      saveAs: `${photo.filename.replace(/\.[^.]*$/, '')}.jpg`,
    },
  ]
  return (
    <Menu label={text.lightbox.download} shortcut="d" groups={[{ items }]}>
      <Icon name="download" />
    </Menu>
  )
}
