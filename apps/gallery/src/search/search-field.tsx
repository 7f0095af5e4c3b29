import { type KeyboardEvent, useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import { Icon } from '../icon.tsx'
import { isComposing } from '../is-composing.ts'
import { text } from '../strings.ts'
import { focusSearch } from './focus-search.ts'
import { isSearching, type Query } from './use-query.ts'
import { useTagSuggestions } from './use-tag-suggestions.ts'

interface SearchFieldProps {
  readonly query: Query
  readonly onChange: (changed: Partial<Query>) => void
}

/** How long after the last key a search begins, in milliseconds. */
const pauseMs = 200

/** Searches while its text is written, and offers the tags that begin with it. In narrow windows an icon opens it. */
export function SearchField({ query, onChange }: SearchFieldProps) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState(query.search)
  const [isOpen, setOpen] = useState(false)
  const [chosenAt, setChosenAt] = useState(-1)
  const [hasFocus, setFocus] = useState(false)
  const tags = useTagSuggestions(hasFocus ? draft : '').filter((tag) => tag !== query.tag)
  const isNew = useEffectEvent((value: string) => value !== query.search)
  const search = useEffectEvent((value: string) => isNew(value) && onChange({ search: value }))
  useEffect(() => {
    // a text that Back has brought is no search of its own, which would end the next one
    if (!isNew(draft.trim())) return
    const timer = setTimeout(() => search(draft.trim()), pauseMs)
    return () => clearTimeout(timer)
  }, [draft])
  // Back, forward or “Clear” has changed it
  useEffect(() => setDraft((known) => (known.trim() === query.search ? known : query.search)), [query.search])
  useEffect(() => {
    if (isOpen) field.current?.focus()
  }, [isOpen])
  const isFiltered = query.search !== '' || query.tag !== undefined
  // it lies over the header, whose buttons are used next
  useEffect(() => {
    if (!isFiltered && field.current !== document.activeElement) setOpen(false)
  }, [isFiltered])

  function choose(tag: string): void {
    setDraft('')
    setChosenAt(-1)
    onChange({ tag, search: '' })
  }
  function close(): void {
    setOpen(false)
    if (query.tag === undefined) focusSearch()
    else field.current?.focus()
  }
  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (isComposing(event)) return
    const chosen = tags[chosenAt]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const to = chosenAt + (event.key === 'ArrowDown' ? 1 : -1)
      setChosenAt(to < -1 ? tags.length - 1 : to >= tags.length ? -1 : to)
    } else if (event.key === 'Enter' && chosen !== undefined) choose(chosen)
    else if (event.key === 'Enter') onChange({ search: draft.trim() })
    else if (event.key === 'Escape' && draft !== '') setDraft('')
    else if (event.key === 'Escape') close()
    else if (event.key === 'Backspace' && draft === '' && query.tag !== undefined)
      onChange({ tag: undefined })
    else return
    event.preventDefault()
  }
  const hasTags = hasFocus && tags.length > 0
  return (
    <>
      <button
        type="button"
        className="icon-button search-button"
        aria-label={text.search.label}
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <Icon name="search" />
      </button>
      <search className={isOpen || isSearching(query) ? 'search is-open' : 'search'}>
        <Icon name="search" />
        {query.tag !== undefined && (
          <span className="chip">
            <bdi>{query.tag}</bdi>
            <button
              type="button"
              aria-label={text.search.removeTag(query.tag)}
              onClick={() => {
                onChange({ tag: undefined })
                field.current?.focus()
              }}
            >
              <Icon name="x" />
            </button>
          </span>
        )}
        <input
          ref={field}
          type="text"
          inputMode="search"
          enterKeyHint="search"
          // an empty field with it is written from left to right in every language
          dir={draft === '' ? undefined : 'auto'}
          role="combobox"
          aria-label={text.search.label}
          aria-expanded={hasTags}
          aria-controls={hasTags ? id : undefined}
          aria-autocomplete="list"
          aria-activedescendant={hasTags && tags[chosenAt] !== undefined ? `${id}-${chosenAt}` : undefined}
          autoComplete="off"
          maxLength={200}
          placeholder={text.search.placeholder}
          value={draft}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onKeyDown={press}
          onFocus={() => setFocus(true)}
          onBlur={() => {
            setFocus(false)
            setChosenAt(-1)
            if (draft === '') setOpen(false)
          }}
        />
        {(draft !== '' || isOpen) && (
          <button
            type="button"
            className="search-clear"
            aria-label={text.search.clear}
            onClick={() => {
              setDraft('')
              onChange({ search: '' })
              close()
            }}
          >
            <Icon name="x" />
          </button>
        )}
        {hasTags && (
          <div id={id} className="menu suggestions" role="listbox" aria-label={text.search.tags}>
            {tags.map((tag, at) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys of the field choose
              <div
                key={tag}
                id={`${id}-${at}`}
                className="menu-line"
                role="option"
                tabIndex={-1}
                aria-selected={at === chosenAt}
                // the field keeps the focus
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(tag)}
              >
                <Icon name="tag" />
                <bdi>{tag}</bdi>
              </div>
            ))}
          </div>
        )}
      </search>
    </>
  )
}
