import type { TintypeClient } from '@tintype/client'
import type { ReactElement } from 'react'
import { TintypeProvider } from '../provider/tintype-provider.tsx'
import { hydrate, render, renderOnServer } from './render.tsx'

/** A hook in a component of its own. Disposing it unmounts the component. */
export interface RenderedHook<Value> extends Disposable {
  /** Everything that the hook has returned. */
  readonly values: readonly Value[]
  /** What it returned last. */
  current(): Value
  /** Calls the hook again, with other arguments for example. */
  rerender(use: () => Value): void
}

/** Renders a hook in StrictMode, below a provider. */
export function renderHook<Value>(client: TintypeClient, use: () => Value): RenderedHook<Value> {
  const { values, element } = prepare<Value>(client)
  const page = render(element(use))
  return {
    values,
    current: () => lastOf(values),
    rerender: (next) => page.rerender(element(next)),
    [Symbol.dispose]: () => page[Symbol.dispose](),
  }
}

/** Renders a hook as a server does, and continues in a document. Returns what the hook returned in both. */
export async function hydrateHook<Value>(client: TintypeClient, use: () => Value) {
  const server = prepare<Value>(client)
  const html = renderOnServer(server.element(use))
  const browser = prepare<Value>(client)
  const page = await hydrate(html, browser.element(use))
  return {
    onServer: lastOf(server.values),
    first: browser.values[0] as Value,
    current: () => lastOf(browser.values),
    [Symbol.dispose]: () => page[Symbol.dispose](),
  }
}

function prepare<Value>(client: TintypeClient) {
  const values: Value[] = []
  const element = (use: () => Value): ReactElement => (
    <TintypeProvider client={client}>
      <Probe use={() => values.push(use())} />
    </TintypeProvider>
  )
  return { values, element }
}

function Probe({ use }: { readonly use: () => void }): null {
  use()
  return null
}

const lastOf = <Value,>(values: readonly Value[]): Value => {
  if (values.length === 0) throw new Error('the hook was not called yet')
  return values[values.length - 1] as Value
}
