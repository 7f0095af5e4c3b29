import { useState } from 'react'

/** Shows an address, with a button that copies it if the browser allows that. */
export function CopyAddress({ address, filename }: { readonly address: string; readonly filename: string }) {
  const [isCopied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(address)
    setCopied(true)
  }
  return (
    <>
      <input
        className="address"
        readOnly
        value={address}
        aria-label={`Address of ${filename}`}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      {/* pages served over plain HTTP have no clipboard */}
      {'clipboard' in navigator && (
        <button
          type="button"
          onClick={() => void copy().catch(() => setCopied(false))}
          onBlur={() => setCopied(false)}
          aria-label={`Copy address of ${filename}`}
        >
          <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
        </button>
      )}
    </>
  )
}
