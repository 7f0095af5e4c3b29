import type { IconName } from './icon-names.ts'

/** An icon of 20 px in the colour of the text. It says nothing to screen readers: its button has a name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" aria-hidden="true">
      <use href={`#icon-${name}`} />
    </svg>
  )
}
