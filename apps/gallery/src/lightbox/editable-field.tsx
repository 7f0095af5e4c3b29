import { describeFailure } from '@tintype/client/words'
import { type KeyboardEvent, useId, useState } from 'react'
import { announcer } from '../announcements/announcer.ts'
import { text } from '../strings.ts'
import { SaveState } from './save-state.tsx'

interface EditableFieldProps {
  readonly label: string
  readonly hint?: string
  readonly placeholder: string
  readonly value: string
  readonly maxLength: number
  /** Rejects if the new value could not be stored. */
  readonly onSave: (value: string) => Promise<void>
}

/** A text that is edited in place. Enter or leaving it saves, Escape restores it. */
export function EditableField({ label, hint, placeholder, value, maxLength, onSave }: EditableFieldProps) {
  const id = useId()
  const [draft, setDraft] = useState<string>()
  const [previous, setPrevious] = useState<string>()
  const [failure, setFailure] = useState<string>()

  async function save(next: string, undoTo?: string): Promise<void> {
    if (next === value) return setDraft(undefined)
    setFailure(undefined)
    try {
      await onSave(next)
      setPrevious(undoTo)
      setDraft(undefined)
      announcer.say(id, text.saved)
    } catch (error) {
      const why = describeFailure(error)
      setFailure(why)
      announcer.say(id, why)
    }
  }
  function undo(to: string): void {
    // the button that had the focus disappears
    document.getElementById(id)?.focus()
    void save(to)
  }
  function press(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key === 'Enter' && !event.shiftKey) event.currentTarget.blur()
    else if (event.key === 'Escape' && draft !== undefined) setDraft(undefined)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={1}
        dir="auto"
        maxLength={maxLength}
        placeholder={placeholder}
        aria-describedby={hint && `${id}-hint`}
        value={draft ?? value}
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        onKeyDown={press}
        onBlur={() => draft !== undefined && void save(draft.trim(), value)}
      />
      {hint && (
        <p id={`${id}-hint`} className="quiet">
          {hint}
        </p>
      )}
      <SaveState failure={failure} onUndo={previous === undefined ? undefined : () => undo(previous)} />
    </div>
  )
}
