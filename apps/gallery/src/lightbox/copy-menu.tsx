import type { Photo } from '@tintype/client'
import { useState } from 'react'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { formatMoment } from '../format-time.ts'
import { Icon } from '../icon.tsx'
import { Menu } from '../menus/menu.tsx'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { type CopyChoice, copyChoices, endOfLinks, sdkChoice } from './copy-choices.ts'
import { useLastingLinks } from './use-lasting-links.ts'

interface CopyMenuProps {
  readonly photo: Photo
  readonly onCopy: (value: string) => void
}

/** Copies links to a photo, and texts with one. */
export function CopyMenu({ photo, onCopy }: CopyMenuProps) {
  const [isOpen, setOpen] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const linked = useLastingLinks(photo, isOpen)
  const toItem = ({ label, value }: CopyChoice) => ({ label, onSelect: () => onCopy(value) })
  return (
    <>
      <Menu
        label={text.lightbox.copy}
        shortcut="c"
        note={describeLinks(linked)}
        onToggle={setOpen}
        groups={[
          { items: copyChoices(linked).map(toItem) },
          { items: [toItem(sdkChoice(photo))] },
          { items: [{ label: text.copy.original, onSelect: () => setAsking(true) }] },
        ]}
      >
        <Icon name="copy" />
      </Menu>
      {isAsking && (
        <ConfirmDialog
          title={text.copy.originalTitle}
          action={text.copy.originalAction}
          onConfirm={() => onCopy(tintype.mediaUrl(linked))}
          onClose={() => setAsking(false)}
        >
          {text.copy.originalWarning}
        </ConfirmDialog>
      )}
    </>
  )
}

function describeLinks(photo: Photo): string {
  const end = endOfLinks(photo)
  return end ? text.copy.until(formatMoment(end.toISOString())) : text.copy.withoutMetadata
}
