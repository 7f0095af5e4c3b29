import { type ReactElement, StrictMode, useEffect } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'

/** An element in a document. Disposing it unmounts it. */
export interface Rendered extends Disposable {
  readonly container: HTMLElement
  rerender(element: ReactElement): void
}

/** An element that a server rendered first. */
export interface Hydrated extends Rendered {
  /** The document before the browser continued it. */
  readonly html: string
}

/** Renders in StrictMode, in which React mounts everything twice. Effects and state follow later: wait for what they show. */
export function render(element: ReactElement): Rendered {
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  const show = (one: ReactElement) => root.render(<StrictMode>{one}</StrictMode>)
  show(element)
  return { container, rerender: show, [Symbol.dispose]: () => remove(root, container) }
}

/** Renders to HTML, as a server does. */
export function renderOnServer(element: ReactElement): string {
  return renderToString(<StrictMode>{element}</StrictMode>)
}

/** Continues in the document what `renderOnServer` has rendered. Resolves when that is done. */
export async function hydrate(html: string, element: ReactElement): Promise<Hydrated> {
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML = html
  // React 19 puts them beside urgent images, and a document's parser into its head
  for (const link of container.querySelectorAll('link')) link.remove()
  const before = container.innerHTML
  const { promise, resolve } = Promise.withResolvers<void>()
  const around = (one: ReactElement) => (
    <StrictMode>
      {one}
      <Mounted onMount={resolve} />
    </StrictMode>
  )
  const root = hydrateRoot(container, around(element))
  await promise
  return {
    container,
    html: before,
    rerender: (one) => root.render(around(one)),
    [Symbol.dispose]: () => remove(root, container),
  }
}

function Mounted({ onMount }: { readonly onMount: () => void }): null {
  useEffect(onMount)
  return null
}

function remove(root: { unmount(): void }, container: HTMLElement): void {
  root.unmount()
  container.remove()
}
