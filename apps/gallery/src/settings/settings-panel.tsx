import type { SystemLimits } from '@tintype/client'
import { formatByteSize } from '@tintype/client/words'
import { useEffect, useId, useRef } from 'react'
import { Announcements } from '../announcements/announcements.tsx'
import { Icon } from '../icon.tsx'
import { nameFormat } from '../name-format.ts'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { type Preferences, setPreferences, sizes, themes, usePreferences } from './preferences.ts'
import { type ServerState, useServerState } from './use-server-state.ts'

interface SettingsPanelProps {
  readonly limits: SystemLimits | undefined
  /** Absent if the page holds no key. */
  readonly onForgetKey: (() => void) | undefined
  readonly onClose: () => void
}

/** What the server is and accepts, and what can be chosen for this page. */
export function SettingsPanel({ limits, onForgetKey, onClose }: SettingsPanelProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const server = useServerState()
  useEffect(() => dialog.current?.showModal(), [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too
    <dialog
      ref={dialog}
      className="settings"
      aria-labelledby={title}
      onClose={onClose}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      <div className="settings-content">
        <header className="panel-head">
          <h2 id={title}>{text.settings.label}</h2>
          <button
            type="button"
            className="icon-button"
            aria-label={text.close}
            onClick={() => dialog.current?.close()}
          >
            <Icon name="x" />
          </button>
        </header>
        <Facts title={text.settings.server} facts={describeServer(server)} />
        {limits && <Facts title={text.settings.limits} facts={describeLimits(limits)} />}
        <h3>{text.settings.programs}</h3>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll it */}
        <pre tabIndex={0}>
          <code>{`npm install ${tintype.url}/sdk.tgz ${tintype.url}/react.tgz`}</code>
        </pre>
        <h3>{text.settings.page}</h3>
        <Choice name="theme" label={text.view.theme} values={themes} />
        <Choice name="size" label={text.view.size} values={sizes} />
        <Switch name="asksBeforeDeleting" label={text.settings.asksBeforeDeleting} />
        <Switch name="hasLetterKeys" label={text.settings.hasLetterKeys} />
        {onForgetKey && (
          <button type="button" onClick={onForgetKey}>
            {text.settings.forgetKey}
          </button>
        )}
      </div>
      <Announcements />
    </dialog>
  )
}

type Fact = readonly [name: string, value: string]

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }) {
  return (
    <>
      <h3>{title}</h3>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

interface ChoiceProps<Name extends 'theme' | 'size'> {
  readonly name: Name
  readonly label: string
  readonly values: readonly Preferences[Name][]
}

function Choice<Name extends 'theme' | 'size'>({ name, label, values }: ChoiceProps<Name>) {
  const preferences = usePreferences()
  return (
    <label className="choice">
      {label}
      <select
        value={preferences[name]}
        onChange={({ currentTarget }) => setPreferences({ [name]: currentTarget.value })}
      >
        {values.map((value) => (
          <option key={value} value={value}>
            {text.view[value]}
          </option>
        ))}
      </select>
    </label>
  )
}

interface SwitchProps {
  readonly name: 'asksBeforeDeleting' | 'hasLetterKeys'
  readonly label: string
}

function Switch({ name, label }: SwitchProps) {
  const preferences: Preferences = usePreferences()
  return (
    <label className="switch">
      <input
        type="checkbox"
        checked={preferences[name]}
        onChange={({ currentTarget }) => setPreferences({ [name]: currentTarget.checked })}
      />
      {label}
    </label>
  )
}

function describeServer({ about, readiness, missing }: ServerState): readonly Fact[] {
  const { settings } = text
  const unknown = settings.unknown
  return [
    [settings.version, about?.version ?? unknown],
    [settings.photos, about?.photos?.toLocaleString() ?? unknown],
    [settings.access, about ? settings.accessOf[about.access] : unknown],
    [settings.state, readiness ? settings.readiness[readiness](missing.join(', ')) : unknown],
  ]
}

function describeLimits({ formats, maxUploadByteSize, maxPixels, maxSide }: SystemLimits): readonly Fact[] {
  const { settings } = text
  return [
    [settings.formats, formats.map(nameFormat).join(', ')],
    [settings.size, settings.upTo(formatByteSize(maxUploadByteSize))],
    [settings.pixels, settings.megapixels(Math.round(maxPixels / 100_000) / 10, maxSide)],
  ]
}
