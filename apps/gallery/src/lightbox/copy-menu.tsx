import type { Photo } from '@tintype/client'
import { useState } from 'react'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { formatMoment } from '../format-time.ts'
import { Icon } from '../icon.tsx'
import { Menu } from '../menus/menu.tsx'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { type CopyChoice, copyChoices, endOfLinks, sdkChoice } from './copy-choices.ts'
import { type SharedLinks, useSharedLinks } from './use-shared-links.ts'

interface CopyMenuProps {
  readonly photo: Photo
  readonly onCopy: (value: string) => void
}

/** Copies links to a photo, and texts with one. */
export function CopyMenu({ photo, onCopy }: CopyMenuProps) {
  const [isOpen, setOpen] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const shared = useSharedLinks(photo, isOpen)
  const linked =
    shared.state === 'forbidden' ? [] : copyChoices(shared.state === 'ready' ? shared.photo : photo)
  const toItem = ({ label, value }: CopyChoice) => ({ label, onSelect: () => onCopy(value) })
  return (
    <>
      <Menu
        label={text.lightbox.copy}
        shortcut="c"
        note={describeLinks(shared)}
        onToggle={setOpen}
        groups={[
          { items: linked.map((choice) => ({ ...toItem(choice), isOff: shared.state !== 'ready' })) },
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
          onConfirm={() => onCopy(tintype.mediaUrl(photo))}
          onClose={() => setAsking(false)}
        >
          {text.copy.originalWarning}
        </ConfirmDialog>
      )}
    </>
  )
}

function describeLinks(shared: SharedLinks): string {
  if (shared.state === 'waiting') return text.copy.waiting
  if (shared.state === 'forbidden') return text.copy.forbidden
  if (shared.state === 'failed') return text.copy.failed(shared.why)
  const end = endOfLinks(shared.photo)
  return end ? text.copy.until(formatMoment(end.toISOString())) : text.copy.withoutMetadata
}
