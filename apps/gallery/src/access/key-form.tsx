import type { Right } from '@tintype/client'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { text } from '../strings.ts'
import { checkKey } from '../tintype.ts'
import { explainRefusedKey } from './explain-refused-key.ts'

interface KeyFormProps {
  /** Whether a key that the page had is refused now. */
  readonly isRefused: boolean
  /** Called with a key that the server has accepted, and what it may do. */
  readonly onKey: (key: string, rights: readonly Right[]) => void
}

/** Asks for an API key, and asks again until the server accepts one. */
export function KeyForm({ isRefused, onKey }: KeyFormProps) {
  const field = useRef<HTMLInputElement>(null)
  const title = useId()
  const hint = useId()
  const [isChecking, setChecking] = useState(false)
  const [failure, setFailure] = useState(isRefused ? text.key.refused : '')
  useEffect(() => {
    if (document.activeElement === document.body) field.current?.focus()
  }, [])

  async function use(key: string): Promise<void> {
    setChecking(true)
    setFailure('')
    try {
      onKey(key, await checkKey(key))
    } catch (error) {
      setFailure(explainRefusedKey(error))
      setChecking(false)
      field.current?.select()
    }
  }
  function submit(event: FormEvent): void {
    event.preventDefault()
    const key = field.current?.value.trim() ?? ''
    if (key === '') setFailure(text.key.missing)
    else if (!isChecking) void use(key)
  }
  return (
    <section className="key-form" aria-labelledby={title}>
      <h2 id={title}>{text.key.title}</h2>
      <form onSubmit={submit}>
        <label>
          {text.key.label}
          {/* without a name, so that no submission can put the key into an address */}
          <input
            ref={field}
            type="password"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            aria-describedby={hint}
            aria-invalid={failure !== ''}
          />
        </label>
        <p className="failure" role="alert">
          {failure}
        </p>
        <button type="submit" className="primary" aria-disabled={isChecking}>
          {isChecking ? text.key.checking : text.key.use}
        </button>
      </form>
      <p id={hint} className="quiet">
        {text.key.hint}
      </p>
      <p className="quiet">
        {text.key.ownBefore} <code>admin-key</code> {text.key.ownBetween} <code>TINTYPE_ADMIN_KEY</code>.
      </p>
    </section>
  )
}
