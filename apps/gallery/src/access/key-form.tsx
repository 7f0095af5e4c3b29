import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { checkKey } from '../tintype.ts'
import { explainRefusedKey } from './explain-refused-key.ts'

interface KeyFormProps {
  /** Whether a key that the page had is refused now. */
  readonly isRefused: boolean
  /** Called with a key that the server has accepted. */
  readonly onKey: (key: string) => void
}

/** Asks for an API key, and asks again until the server accepts one. */
export function KeyForm({ isRefused, onKey }: KeyFormProps) {
  const field = useRef<HTMLInputElement>(null)
  const title = useId()
  const hint = useId()
  const [isChecking, setChecking] = useState(false)
  const [failure, setFailure] = useState(
    isRefused ? 'The server no longer accepts the key that you used.' : '',
  )
  useEffect(() => {
    if (document.activeElement === document.body) field.current?.focus()
  }, [])

  async function use(key: string): Promise<void> {
    setChecking(true)
    setFailure('')
    try {
      await checkKey(key)
      onKey(key)
    } catch (error) {
      setFailure(explainRefusedKey(error))
      setChecking(false)
      field.current?.select()
    }
  }
  function submit(event: FormEvent): void {
    event.preventDefault()
    const key = field.current?.value.trim() ?? ''
    if (key === '') setFailure('Enter a key.')
    else if (!isChecking) void use(key)
  }
  return (
    <section className="key-form" aria-labelledby={title}>
      <h2 id={title}>This server needs a key</h2>
      <form onSubmit={submit}>
        <label>
          Key
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
          {isChecking ? 'Checking the key…' : 'Use key'}
        </button>
      </form>
      <p id={hint} className="quiet">
        Ask the person who runs the server for a key. The page keeps it only until you reload or close the
        page, and stores it nowhere.
      </p>
      <p className="quiet">
        If you run the server yourself: its first key is in the file <code>admin-key</code> in its data
        directory, or is the value of <code>TINTYPE_ADMIN_KEY</code>.
      </p>
    </section>
  )
}
