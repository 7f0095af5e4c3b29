import { useSyncExternalStore } from 'react'

/** Sizes of the photos in the grid. */
export const sizes = ['small', 'medium', 'large'] as const
/** Colours of the page. */
export const themes = ['system', 'light', 'dark'] as const

/** What a person has chosen for this page. This browser keeps it. */
export interface Preferences {
  readonly theme: (typeof themes)[number]
  /** Of the photos in the grid. */
  readonly size: (typeof sizes)[number]
  /** Instead of a moment in which a deletion can be undone. */
  readonly asksBeforeDeleting: boolean
  readonly hasLetterKeys: boolean
}

const defaults: Preferences = {
  theme: 'system',
  size: 'medium',
  asksBeforeDeleting: false,
  hasLetterKeys: true,
}

/** `public/theme.js` reads it too. */
const storageKey = 'tintype'

let current = read()
const listeners = new Set<() => void>()

function read(): Preferences {
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(storageKey) ?? '{}') }
  } catch {
    // the browser allows no storage, or something else was stored there
    return defaults
  }
}

/** Changes some of them, and keeps them if the browser allows that. */
export function setPreferences(changed: Partial<Preferences>): void {
  current = { ...current, ...changed }
  document.documentElement.dataset.theme = current.theme
  try {
    localStorage.setItem(storageKey, JSON.stringify(current))
  } catch {
    // they hold until the page is closed
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The preferences as they are now. */
export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => current)

/** Whether single letters are shortcuts. They can be turned off, because speech input writes letters. */
export const hasLetterKeys = (): boolean => current.hasLetterKeys
