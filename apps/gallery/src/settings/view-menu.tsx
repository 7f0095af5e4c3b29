import { Icon } from '../icon.tsx'
import { Menu } from '../menus/menu.tsx'
import type { Query } from '../search/use-query.ts'
import { text } from '../strings.ts'
import { type Preferences, setPreferences, sizes, themes, usePreferences } from './preferences.ts'

const orders = ['uploaded', 'taken'] as const

interface ViewMenuProps {
  readonly query: Query
  readonly onChange: (changed: Partial<Query>) => void
}

/** Chooses the order of the photos, how large they are, and the colours of the page. */
export function ViewMenu({ query, onChange }: ViewMenuProps) {
  const preferences = usePreferences()
  const choices = <Key extends 'size' | 'theme'>(key: Key, values: readonly Preferences[Key][]) =>
    values.map((value) => ({
      label: text.view[value],
      isChosen: preferences[key] === value,
      onSelect: () => setPreferences({ [key]: value }),
    }))
  const order = orders.map((sort) => ({
    label: text.view[sort],
    isChosen: query.sort === sort,
    onSelect: () => onChange({ sort }),
  }))
  return (
    <Menu
      label={text.view.label}
      note={query.search === '' ? undefined : text.view.searchOrder}
      groups={[
        { label: text.view.order, items: order },
        { label: text.view.size, items: choices('size', sizes) },
        { label: text.view.theme, items: choices('theme', themes) },
      ]}
    >
      <Icon name="sliders-horizontal" />
    </Menu>
  )
}
