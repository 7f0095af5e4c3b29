import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'

interface TabsProps {
  readonly label: string
  readonly names: readonly string[]
  /** The content of a tab, by its place. */
  readonly children: (at: number) => ReactNode
}

/** Tabs, one of which is shown. Arrow keys move between them. */
export function Tabs({ label, names, children }: TabsProps) {
  const id = useId()
  const [at, setAt] = useState(0)
  function press(event: KeyboardEvent<HTMLElement>): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl'
    const to = (at + (isRightToLeft ? -by : by) + names.length) % names.length
    setAt(to)
    document.getElementById(`${id}-${to}`)?.focus()
  }
  return (
    <div className="tabs">
      <div className="tab-list" role="tablist" aria-label={label} tabIndex={-1} onKeyDown={press}>
        {names.map((name, place) => (
          <button
            key={name}
            id={`${id}-${place}`}
            type="button"
            role="tab"
            aria-selected={place === at}
            aria-controls={`${id}-panel`}
            tabIndex={place === at ? 0 : -1}
            onClick={() => setAt(place)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} className="tab-panel" role="tabpanel" aria-labelledby={`${id}-${at}`}>
        {children(at)}
      </div>
    </div>
  )
}
