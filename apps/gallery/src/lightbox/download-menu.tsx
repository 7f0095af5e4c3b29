import type { Photo } from '@tintype/client'
import { useState } from 'react'
import { Icon } from '../icon.tsx'
import { Menu } from '../menus/menu.tsx'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { useSharedLinks } from './use-shared-links.ts'

/** Saves the original, or the largest rendition of a photo. Browsers note the address that a file came from. */
export function DownloadMenu({ photo }: { readonly photo: Photo }) {
  const [isOpen, setOpen] = useState(false)
  const shared = useSharedLinks(photo, isOpen)
  const rendition = shared.state === 'ready' ? shared.photo : photo
  const items = [
    { label: text.download.original, href: tintype.mediaUrl(photo), saveAs: photo.filename },
    {
      label: text.download.withoutMetadata,
      href: tintype.mediaUrl(rendition, { width: photo.width, format: 'jpg' }),
      saveAs: `${photo.filename.replace(/\.[^.]*$/, '')}.jpg`,
    },
  ]
  return (
    <Menu label={text.lightbox.download} shortcut="d" onToggle={setOpen} groups={[{ items }]}>
      <Icon name="download" />
    </Menu>
  )
}
