import type { Photo } from '@tintype/client'
import { useState } from 'react'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { formatMoment } from '../format-time.ts'
import { Icon } from '../icon.tsx'
import { Menu } from '../menus/menu.tsx'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { copyChoices, endOfLinks } from './copy-choices.ts'

interface CopyMenuProps {
  readonly photo: Photo
  readonly onCopy: (value: string) => void
}

/** Copies links to a photo, and texts with one. */
export function CopyMenu({ photo, onCopy }: CopyMenuProps) {
  const [isAsking, setAsking] = useState(false)
  const end = endOfLinks(photo)
  const choices = copyChoices(photo).map(({ label, value }) => ({ label, onSelect: () => onCopy(value) }))
  const note = end ? text.copy.until(formatMoment(end.toISOString())) : text.copy.withoutMetadata
  return (
    <>
      <Menu
        label={text.lightbox.copy}
        shortcut="c"
        note={note}
        groups={[
          { items: choices },
          { items: [{ label: text.copy.original, onSelect: () => setAsking(true) }] },
        ]}
      >
        <Icon name="copy" />
      </Menu>
      {isAsking && (
        <ConfirmDialog
          title={text.copy.originalTitle}
          action={text.copy.originalAction}
          onConfirm={() => onCopy(tintype.mediaUrl(photo))}
          onClose={() => setAsking(false)}
        >
          {text.copy.originalWarning}
        </ConfirmDialog>
      )}
    </>
  )
}
