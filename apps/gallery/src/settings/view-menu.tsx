import { Icon } from '../icon.tsx'
import { Menu } from '../menus/menu.tsx'
import { text } from '../strings.ts'
import { type Preferences, setPreferences, usePreferences } from './preferences.ts'

const sizes = ['small', 'medium', 'large'] as const
const themes = ['system', 'light', 'dark'] as const

/** Chooses how large photos are, and the colours of the page. */
export function ViewMenu() {
  const preferences = usePreferences()
  const choices = <Key extends 'size' | 'theme'>(key: Key, values: readonly Preferences[Key][]) =>
    values.map((value) => ({
      label: text.view[value],
      isChosen: preferences[key] === value,
      onSelect: () => setPreferences({ [key]: value }),
    }))
  return (
    <Menu
      label={text.view.label}
      groups={[
        { label: text.view.size, items: choices('size', sizes) },
        { label: text.view.theme, items: choices('theme', themes) },
      ]}
    >
      <Icon name="sliders-horizontal" />
    </Menu>
  )
}
