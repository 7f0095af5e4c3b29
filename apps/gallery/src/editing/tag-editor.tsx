import { describeFailure } from '@tintype/client/words'
import { type KeyboardEvent, useId, useState } from 'react'
import { announcer } from '../announcements/announcer.ts'
import { Icon } from '../icon.tsx'
import { isComposing } from '../is-composing.ts'
import { text } from '../strings.ts'
import { leaveField } from './leave-field.ts'
import { SaveState } from './save-state.tsx'

/** Which tags are added and removed. */
export interface TagChange {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

interface TagEditorProps {
  readonly tags: readonly string[]
  /** Rejects if the change could not be stored. */
  readonly onChange: (change: TagChange) => Promise<void>
}

/** The tags of a photo, each with a button that removes it, and a field that adds one. */
export function TagEditor({ tags, onChange }: TagEditorProps) {
  const id = useId()
  const [draft, setDraft] = useState('')
  const [undo, setUndo] = useState<TagChange>()
  const [failure, setFailure] = useState<string>()

  /** Returns whether it was stored. */
  async function change(wanted: TagChange, opposite?: TagChange): Promise<boolean> {
    setFailure(undefined)
    try {
      await onChange(wanted)
      setUndo(opposite)
      announcer.say(id, text.saved)
      return true
    } catch (error) {
      const why = describeFailure(error)
      setFailure(why)
      announcer.say(id, why)
      return false
    }
  }
  async function add(): Promise<void> {
    const tag = draft.trim()
    setDraft('')
    if (tag === '' || tags.includes(tag)) return
    const isStored = await change({ add: [tag] }, { remove: [tag] })
    // unless another one is being written
    if (!isStored) setDraft((known) => known || tag)
  }
  function remove(tag: string, button: HTMLElement): void {
    const list = button.closest('.field')
    void change({ remove: [tag] }, { add: [tag] }).then(() => list?.querySelector('input')?.focus())
  }
  function restore(opposite: TagChange): void {
    // the button that had the focus disappears
    document.getElementById(id)?.focus()
    void change(opposite)
  }
  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (isComposing(event)) return
    if (event.key === 'Enter' || event.key === ',') void add()
    else if (event.key === 'Escape' && draft !== '') setDraft('')
    else if (event.key === 'Escape' && event.currentTarget.closest('.panel')) leaveField(event.currentTarget)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="field">
      <label htmlFor={id}>{text.details.tags}</label>
      {tags.length > 0 && (
        <ul className="tags">
          {tags.map((tag) => (
            <li key={tag} className="chip">
              <bdi>{tag}</bdi>
              <button
                type="button"
                aria-label={text.details.removeTag(tag)}
                onClick={({ currentTarget }) => remove(tag, currentTarget)}
              >
                <Icon name="x" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id={id}
        dir={draft === '' ? undefined : 'auto'}
        maxLength={64}
        autoComplete="off"
        enterKeyHint="done"
        placeholder={text.details.addTag}
        value={draft}
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        onKeyDown={press}
        onBlur={() => void add()}
      />
      <SaveState failure={failure} onUndo={undo && (() => restore(undo))} />
    </div>
  )
}
