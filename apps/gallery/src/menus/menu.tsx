import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { Icon } from '../icon.tsx'

/** One line of a menu: an action, a link, or one choice of several. */
export interface MenuItem {
  readonly label: string
  readonly onSelect?: () => void
  /** For a link that saves a file. */
  readonly href?: string
  /** The name of that file. */
  readonly saveAs?: string
  /** Whether it is the choice that holds now; absent for an action. */
  readonly isChosen?: boolean
}

/** Lines that belong together. */
export interface MenuGroup {
  readonly label?: string
  readonly items: readonly MenuItem[]
}

interface MenuProps {
  readonly label: string
  readonly groups: readonly MenuGroup[]
  readonly note?: string | undefined
  /** Called when it was opened or closed. */
  readonly onToggle?: (isOpen: boolean) => void
  readonly className?: string
  readonly shortcut?: string | undefined
  readonly children: ReactNode
}

/** A button that opens a menu. Arrow keys move in it; Escape, Tab and a click elsewhere close it. */
export function Menu(props: MenuProps) {
  const { label, groups, note, onToggle, className = 'icon-button', shortcut, children } = props
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => onToggle?.(isOpen), [isOpen, onToggle])
  useEffect(() => {
    if (!isOpen) return
    const controller = new AbortController()
    linesOf(box.current)[0]?.focus()
    const closeOutside = ({ target }: Event) => {
      if (!box.current?.contains(target as Node)) setOpen(false)
    }
    window.addEventListener('pointerdown', closeOutside, { capture: true, signal: controller.signal })
    return () => controller.abort()
  }, [isOpen])

  function close(): void {
    setOpen(false)
    button.current?.focus()
  }
  function press(event: KeyboardEvent): void {
    if (!isOpen) return
    event.stopPropagation()
    if (event.key === 'Tab') {
      setOpen(false)
      return
    }
    const lines = linesOf(box.current)
    const at = lines.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    if (event.key === 'Escape') close()
    else if (to !== undefined) lines.at(to % lines.length)?.focus()
    else return
    event.preventDefault()
  }
  function select(item: MenuItem): void {
    close()
    item.onSelect?.()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button and the lines in it have the keys
    <div className="menu-box" ref={box} onKeyDown={press}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-keyshortcuts={shortcut}
        onClick={() => setOpen(!isOpen)}
      >
        {children}
      </button>
      {isOpen && (
        <div
          className="menu"
          id={id}
          role="menu"
          aria-label={label}
          aria-describedby={note && `${id}-note`}
          tabIndex={-1}
        >
          {groups
            .filter(({ items }) => items.length > 0)
            .map((group) => (
              // biome-ignore lint/a11y/useSemanticElements: a fieldset may not be in a menu
              <div key={group.items[0]?.label} role="group" aria-label={group.label}>
                {group.label && (
                  <p className="menu-title quiet" aria-hidden="true">
                    {group.label}
                  </p>
                )}
                {group.items.map((item) => (
                  <MenuLine key={item.label} item={item} onSelect={() => select(item)} />
                ))}
              </div>
            ))}
          {note && (
            <p className="menu-note quiet" id={`${id}-note`}>
              {note}
            </p>
          )}
        </div>
      )}
    </div>
  )
}

function MenuLine({ item, onSelect }: { readonly item: MenuItem; readonly onSelect: () => void }) {
  const { label, href, saveAs = '', isChosen } = item
  if (href !== undefined)
    return (
      <a className="menu-line" role="menuitem" tabIndex={-1} href={href} download={saveAs} onClick={onSelect}>
        {label}
      </a>
    )
  const role = isChosen === undefined ? 'menuitem' : 'menuitemradio'
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only a menuitemradio has it
    <button
      type="button"
      className="menu-line"
      role={role}
      aria-checked={isChosen}
      tabIndex={-1}
      onClick={onSelect}
    >
      {label}
      {isChosen && <Icon name="check" />}
    </button>
  )
}

const linesOf = (box: HTMLElement | null) => [...(box?.querySelectorAll<HTMLElement>('.menu-line') ?? [])]
