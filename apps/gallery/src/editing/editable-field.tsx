import { describeFailure } from '@tintype/client/words'
import { type KeyboardEvent, useId, useState } from 'react'
import { announcer } from '../announcements/announcer.ts'
import { isComposing } from '../is-composing.ts'
import { text } from '../strings.ts'
import { leaveField } from './leave-field.ts'
import { saveInOrder, valueBeingSaved } from './save-in-order.ts'
import { SaveState } from './save-state.tsx'

interface Unsaved {
  readonly draft: string
  /** Why it could not be stored. */
  readonly failure: string
}

/** Texts that could not be stored, by their fields: a field that is shown again has its text again. */
const unsavedTexts = new Map<string, Unsaved>()

interface EditableFieldProps {
  /** Different for each field of each photo. */
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly placeholder: string
  readonly value: string
  readonly maxLength: number
  /** Rejects if the new value could not be stored. */
  readonly onSave: (value: string) => Promise<void>
}

/** A text that is edited in place. Enter or leaving it saves, Escape restores it. */
export function EditableField(props: EditableFieldProps) {
  const { name, label, hint, placeholder, value, maxLength, onSave } = props
  const id = useId()
  const [draft, setDraft] = useState(unsavedTexts.get(name)?.draft)
  const [previous, setPrevious] = useState<string>()
  const [failure, setFailure] = useState(unsavedTexts.get(name)?.failure)

  function restore(): void {
    unsavedTexts.delete(name)
    setFailure(undefined)
    setDraft(undefined)
  }
  async function save(next: string, undoTo?: string): Promise<void> {
    const pending = valueBeingSaved(name)
    // Enter saves what leaving the field would save again
    if (next === pending) return
    if (pending === undefined && next === value) return restore()
    setFailure(undefined)
    try {
      if (!(await saveInOrder(name, next, () => onSave(next)))) return
      unsavedTexts.delete(name)
      setPrevious(undoTo)
      // more may have been written since
      setDraft((known) => (known?.trim() === next ? undefined : known))
      announcer.say(id, text.saved)
    } catch (error) {
      const why = describeFailure(error)
      unsavedTexts.set(name, { draft: next, failure: why })
      setFailure(why)
      announcer.say(id, why)
    }
  }
  function undo(to: string): void {
    // the button that had the focus disappears
    document.getElementById(id)?.focus()
    void save(to)
  }
  function saveDraft(): void {
    if (draft !== undefined) void save(draft.trim(), value)
  }
  function press(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (isComposing(event)) return
    if (event.key === 'Enter' && !event.shiftKey) saveDraft()
    else if (event.key === 'Escape' && draft !== undefined) restore()
    else if (event.key === 'Escape') leaveField(event.currentTarget)
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
        enterKeyHint="done"
        dir={(draft ?? value) === '' ? undefined : 'auto'}
        maxLength={maxLength}
        placeholder={placeholder}
        aria-describedby={hint && `${id}-hint`}
        value={draft ?? value}
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        onKeyDown={press}
        onBlur={saveDraft}
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
