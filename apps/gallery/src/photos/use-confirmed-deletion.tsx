import type { Photo } from '@tintype/client'
import { type ReactNode, useState } from 'react'
import { Later } from '../later/later.tsx'
import { usePreferences } from '../settings/preferences.ts'
import { text } from '../strings.ts'

/** Deletes photos: so that it can be undone, or for good after a question, as the settings say. `dialog` is that question. */
export function useConfirmedDeletion(
  remove: (photos: readonly Photo[], options?: { readonly isFinal: boolean }) => void,
  notify: (sentence: string) => void,
): {
  readonly ask: (photos: readonly Photo[]) => void
  readonly dialog: ReactNode
} {
  const { asksBeforeDeleting } = usePreferences()
  const [asked, setAsked] = useState<readonly Photo[]>([])
  function refuse(): void {
    setAsked([])
    notify(text.partMissing)
  }
  return {
    ask: asksBeforeDeleting ? setAsked : (photos) => remove(photos),
    dialog: asked.length > 0 && (
      <Later onFailure={refuse}>
        {({ ConfirmDialog }) => (
          <ConfirmDialog
            title={text.deletion.title(asked.length)}
            action={text.deletion.action}
            isDangerous
            onConfirm={() => remove(asked, { isFinal: true })}
            onClose={() => setAsked([])}
          >
            {text.deletion.warning(asked.length)}
          </ConfirmDialog>
        )}
      </Later>
    ),
  }
}
