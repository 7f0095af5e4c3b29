import type { KeyboardEvent } from 'react'
import { hasLetterKeys } from '../settings/preferences.ts'
import type { Viewer } from './use-photo-swipe.ts'

interface LightboxActions {
  readonly viewer: Viewer
  readonly photoCount: number
  readonly onInfo: () => void
  readonly onDelete: () => void
  /** Opens the menu with this shortcut. */
  readonly onMenu: (key: 'c' | 'd') => void
}

/** What keys do in the lightbox. Letters do nothing if the settings say so. Keys in fields belong to those. */
export function lightboxKeys(actions: LightboxActions) {
  return (event: KeyboardEvent<HTMLElement>): void => {
    const { key, target, currentTarget } = event
    if (event.ctrlKey || event.metaKey || event.altKey || isField(target)) return
    const isRightToLeft = getComputedStyle(currentTarget).direction === 'rtl'
    if (!move(key, isRightToLeft, actions) && !(hasLetterKeys() && pressLetter(key, actions))) return
    event.preventDefault()
  }
}

function move(
  key: string,
  isRightToLeft: boolean,
  { viewer, photoCount, onDelete }: LightboxActions,
): boolean {
  if (key === 'ArrowLeft') viewer.step(isRightToLeft ? 1 : -1)
  else if (key === 'ArrowRight') viewer.step(isRightToLeft ? -1 : 1)
  else if (key === 'Home') viewer.goTo(0)
  else if (key === 'End') viewer.goTo(photoCount - 1)
  else if (key === 'Delete') onDelete()
  else return false
  return true
}

function pressLetter(key: string, { viewer, onInfo, onMenu }: LightboxActions): boolean {
  if (key === '+') viewer.zoom('in')
  else if (key === '-') viewer.zoom('out')
  else if (key === '0') viewer.zoom('fit')
  else if (key === 'i') onInfo()
  else if (key === 'c' || key === 'd') onMenu(key)
  else return false
  return true
}

const isField = (target: EventTarget) =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
