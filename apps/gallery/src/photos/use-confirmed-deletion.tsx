import type { Photo } from '@tintype/client'
import { type ReactNode, useState } from 'react'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { usePreferences } from '../settings/preferences.ts'
import { text } from '../strings.ts'

/** Deletes photos, after a question if the settings say so. `dialog` is that question. */
export function useConfirmedDeletion(remove: (photos: readonly Photo[]) => void): {
  readonly ask: (photos: readonly Photo[]) => void
  readonly dialog: ReactNode
} {
  const { asksBeforeDeleting } = usePreferences()
  const [asked, setAsked] = useState<readonly Photo[]>([])
  return {
    ask: asksBeforeDeleting ? setAsked : remove,
    dialog: asked.length > 0 && (
      <ConfirmDialog
        title={text.deletion.title(asked.length)}
        action={text.deletion.action}
        isDangerous
        onConfirm={() => remove(asked)}
        onClose={() => setAsked([])}
      >
        {text.deletion.warning(asked.length)}
      </ConfirmDialog>
    ),
  }
}
