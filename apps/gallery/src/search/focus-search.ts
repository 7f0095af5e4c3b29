/** Focuses the search field, or in narrow windows, while the field is closed, the button that opens it. */
export function focusSearch(): void {
  const controls = ['.search-button', '.search input'].map((one) => document.querySelector<HTMLElement>(one))
  controls.find((one) => one?.checkVisibility())?.focus()
}
